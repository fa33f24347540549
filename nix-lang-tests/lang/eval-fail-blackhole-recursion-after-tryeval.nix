# A binding that recurses is still in recursion when it is asked again.
let
  x = builtins.seq (builtins.tryEval y) x;
  y = throw "y";
in
x
