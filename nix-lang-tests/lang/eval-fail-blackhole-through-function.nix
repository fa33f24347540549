# A function that forces its argument is given the binding it computes.
let
  f = x: x + 1;
  y = f y;
in
y
