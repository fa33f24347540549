# The comparison must give a boolean.
builtins.sort (a: b: a - b) [ 2 1 ]
