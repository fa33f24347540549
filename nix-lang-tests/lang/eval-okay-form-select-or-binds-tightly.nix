# The default of `or` is a selection, not an application.
let
  f = x: x + 1;
  s = { };
in
[ (f s.x or 1) (f (s.x or 2)) (s.f or f 3) (s.a or s.b or 4 + 1) ]
