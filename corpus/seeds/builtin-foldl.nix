# foldl' folds from the left.
[ (builtins.foldl' (a: b: a + b) "" [ "x" "y" "z" ]) (builtins.foldl' (a: b: a - b) 10 [ 1 2 ]) (builtins.foldl' (x: throw "never") 5 [ ]) (builtins.foldl' (a: b: [ b ] ++ a) [ ] [ 1 2 3 ]) ]
