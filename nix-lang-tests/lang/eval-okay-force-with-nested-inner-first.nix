# Nested withs are asked from the inside out, the outer one only for what the inner lacks.
let
  t = builtins.trace;
in
with t "outer" { x = t "outer x" 1; y = t "outer y" 2; };
with t "middle" { y = t "middle y" 3; };
with t "inner" { z = t "inner z" 4; };
[ z y x ]
