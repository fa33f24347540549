# What is told of a failed thunk when it is forced again is not told the next time.
let
  x = throw "t";
  a = builtins.tryEval x;
  b = builtins.tryEval (builtins.addErrorContext "second" x);
in
builtins.seq a (builtins.seq b x)
