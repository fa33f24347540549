# A lambda bound in a let captures a sibling that is bound after it.
let
  f = x: x + later;
  later = 40;
in
f 2
