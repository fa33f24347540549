# zipAttrsWith calls its function only for the names that are used.
let
  t = builtins.trace;
  z = builtins.zipAttrsWith (n: vs: t "call ${n}" vs) [ { a = t "a1" 1; b = throw "never"; } { a = t "a2" 2; } ];
in
[ (builtins.attrNames z) z.a ]
