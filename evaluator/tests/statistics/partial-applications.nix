# The call with the first argument is shared, those with the others are not.
let
  f = a: b: c: a;
  g = f 1;
  h = g 2;
in
[ (g 2 3) (h 3) (h 4) (f 1 2 3) ((x: y: z: w: w) 1 2 3 4) ]
