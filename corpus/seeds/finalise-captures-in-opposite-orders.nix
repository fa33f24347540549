# Two closures capture the same two later siblings in opposite orders and at different depths.
let
  f = _: [ a b ];
  g = _: (_: [ b a (f null) ]) null;
  a = "a";
  b = "b";
in
[ (f null) (g null) ]
