# The predicate of all must give a boolean.
builtins.all (x: x) [ true 1 ]
