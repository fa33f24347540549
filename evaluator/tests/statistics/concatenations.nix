# Each `++` counts, whether it copies or not.
[ ] ++ [ 1 ] ++ [ 2 ] ++ builtins.concatLists [ [ 1 ] [ 2 ] ]
