# Two withs, a let and later siblings in one expression.
let
  r = with a; with b; let z = y + late; in [ x y z q ];
  a = { x = 1; y = 2; q = "a"; };
  b = { y = late; q = "b"; };
  late = 5;
in
r
