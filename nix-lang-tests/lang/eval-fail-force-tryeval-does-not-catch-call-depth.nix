# Too deep recursion goes through tryEval.
let
  f = n: f (n + 1) + 1;
in
builtins.tryEval (f 0)
