# A thunk that failed fails again without being evaluated again.
let
  x = builtins.trace "evaluated" (throw "failed");
  try = builtins.tryEval x;
in
[ (builtins.tryEval x) (builtins.tryEval x) (builtins.tryEval x) ]
