# An override function that carries itself along.
let
  overridable = f: args: f args // { override = new: overridable f (args // (if builtins.isFunction new then new args else new)); };
  p = overridable ({ a, b ? a + 1 }: { inherit a b; }) { a = 1; };
  show = { a, b, ... }: [ a b ];
in
map show [ p (p.override { a = 10; }) ((p.override { b = 5; }).override (old: { a = old.a + old.b; })) ]
