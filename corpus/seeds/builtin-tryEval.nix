# tryEval of values, and of failures that it catches.
map builtins.tryEval [ 1 [ 1 ] { } null (throw "x") (assert 1 == 2; 1) ]
