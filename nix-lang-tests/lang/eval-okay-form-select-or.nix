# The default stands in for a missing attribute at any level, and for what is no set.
let
  s = { a.b = 1; n = null; i = 1; };
in
[ (s.x or 1) (s.a.x or 2) (s.x.y.z or 3) (s.n.x or 4) (s.i.x or 5) ((1).x or 6) (null.x or 7) (s.a.b or 8) ({ }.a or { }.b or 9) ]
