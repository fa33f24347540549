# An interpolation in a path without an end.
a: ./x${a
