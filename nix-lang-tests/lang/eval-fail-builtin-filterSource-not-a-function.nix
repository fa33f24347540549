# filterSource needs a function.
builtins.filterSource 1 ./dir1
