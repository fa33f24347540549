# foldl' needs a function of two arguments.
builtins.foldl' (a: a) 0 [ 1 ]
