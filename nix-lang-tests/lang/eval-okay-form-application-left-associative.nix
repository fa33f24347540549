# Application groups to the left and binds tighter than any operator.
let
  f = a: b: a - b;
  g = x: x * 2;
in
[ (f 10 3) (g 1 + g 2) (f (g 5) 1 * 2) (g g.x or 4) ]
