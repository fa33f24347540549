# The predicate of any must give a boolean.
builtins.any (x: null) [ 1 ]
