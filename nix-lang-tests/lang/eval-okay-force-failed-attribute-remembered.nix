# A failed attribute is remembered in every set that shares it.
let
  t = builtins.trace;
  a = { x = t "x" (throw "failed"); };
  b = a // { y = 1; };
in
map (s: (builtins.tryEval s.x).success) [ a b a b ]
