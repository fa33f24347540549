# The filter must give a boolean.
builtins.filterSource (path: type: 1) ./dir1
