# Without a point there is no exponent: 1e3 is the integer 1 and the variable e3.
let
  e3 = "e3";
in
[ 1e3 ]
