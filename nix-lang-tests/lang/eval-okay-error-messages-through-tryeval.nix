# Failures in nested calls are caught as they come.
let
  f = x: if x > 2 then throw "deep" else f (x + 1) + 1;
in
[ (builtins.tryEval (f 0)) (builtins.tryEval (map f [ 0 ])).success ]
