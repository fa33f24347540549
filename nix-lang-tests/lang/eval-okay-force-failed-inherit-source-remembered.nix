# The failed source of an `inherit (e)` is remembered for all its names.
let
  s = { inherit (builtins.trace "source" (throw "failed")) a b; };
in
[ (builtins.tryEval s.a).success (builtins.tryEval s.b).success (builtins.attrNames s) ]
