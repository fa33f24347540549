# The predicate must be a function.
builtins.filter 1 [ 1 ]
