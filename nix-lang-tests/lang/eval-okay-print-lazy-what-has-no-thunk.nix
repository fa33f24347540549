# Printed without --strict, elements that need no evaluation show, and the others are code.
let
  y = 1;
in
[ 2 "x" 1.5 null y ./a (1 + 1) { a = 1; } [ ] (x: x) ]
