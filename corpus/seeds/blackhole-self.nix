# A binding that is itself.
let
  x = x;
in
x
