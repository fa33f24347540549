# unsafeGetAttrPos tells where an attribute is defined, through `//` and inherit.
let
  a = { x = 1; };
  b = a // {
    y = 2; };
  c = { inherit (a) x; inherit b; };
  show = n: s: let p = builtins.unsafeGetAttrPos n s; in if p == null then null else [ (baseNameOf p.file) p.line p.column ];
in
[ (show "x" a) (show "x" b) (show "y" b) (show "x" c) (show "b" c) (show "z" a) (show "q" (builtins.listToAttrs [ { name = "q"; value = 1; } ])) (show "m" (builtins.mapAttrs (n: v: v) { m = 1; })) ]
