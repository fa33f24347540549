# The conditions of assert and if are later siblings.
let
  a = assert ready; if big then "big" else "small";
  ready = n > 0;
  big = n > 10;
  n = 11;
in
a
