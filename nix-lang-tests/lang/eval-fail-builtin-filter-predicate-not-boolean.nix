# The predicate must give a boolean.
builtins.filter (x: x) [ 1 ]
