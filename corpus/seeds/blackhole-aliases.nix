# Two names for each other.
let
  a = b;
  b = a;
in
a
