# What was traced before the failure stays traced; what came after is not evaluated.
let
  t = builtins.trace;
in
(builtins.tryEval (t "before" 1 + (t "at" (throw "x")) + t "never" 2)).success
