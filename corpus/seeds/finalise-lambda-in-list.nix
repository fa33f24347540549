# Lambdas inside a list literal capture later siblings.
let
  fs = [ (x: x + later) (x: x * later) ];
  later = 6;
in
map (f: f 7) fs
