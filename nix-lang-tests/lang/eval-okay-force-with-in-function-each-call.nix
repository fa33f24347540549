# A with in a function body evaluates its namespace once a call.
let
  f = n: with builtins.trace "namespace ${toString n}" { x = n; }; x + x;
in
[ (f 1) (f 2) ]
