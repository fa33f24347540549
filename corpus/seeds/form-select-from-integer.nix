# Selection from what is no set.
let
  x = 1;
in
x.a
