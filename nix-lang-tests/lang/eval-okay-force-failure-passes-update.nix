# A set that failed under `//` is remembered.
let
  s = builtins.trace "s" (throw "failed");
  u = s // { a = 1; };
in
[ (builtins.tryEval u).success (builtins.tryEval u.a).success (builtins.tryEval s).success ]
