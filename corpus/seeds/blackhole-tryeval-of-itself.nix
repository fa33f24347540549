# A binding that tries to evaluate itself.
let
  x = (builtins.tryEval x).success;
in
x
