# removeAttrs, intersectAttrs, mapAttrs, zipAttrsWith and listToAttrs hand on the very values.
let
  s = { a = builtins.trace "a" 1; b = builtins.trace "b" 2; };
in
[ (removeAttrs s [ "b" ]) (builtins.intersectAttrs { a = null; } s) (builtins.mapAttrs (n: v: v) s) (builtins.zipAttrsWith (n: vs: vs) [ s s ]) (builtins.listToAttrs [ { name = "x"; value = s.a; } ]) (builtins.attrValues s) ]
