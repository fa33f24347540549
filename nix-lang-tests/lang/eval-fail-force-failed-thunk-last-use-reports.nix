# A failed thunk that was caught twice still fails the program at its third use.
let
  x = builtins.trace "x" (throw "shared");
in
[ (builtins.tryEval x).success (builtins.tryEval (x + 1)).success { a = x; } ]
