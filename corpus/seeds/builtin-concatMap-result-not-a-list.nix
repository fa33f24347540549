# The function must give a list.
builtins.concatMap (x: x) [ [ 1 ] 2 ]
