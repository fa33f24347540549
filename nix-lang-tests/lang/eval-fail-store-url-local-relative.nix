# The root of a store must be absolute.
1
