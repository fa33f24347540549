# mapAttrs calls its function only for the attributes that are used, once each.
let
  t = builtins.trace;
  s = builtins.mapAttrs (n: v: t "call ${n}" (v + 1)) { a = t "a" 1; b = throw "never"; };
in
[ (builtins.attrNames s) s.a s.a ]
