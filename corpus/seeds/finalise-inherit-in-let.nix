# `inherit` in a let takes the binding of the scope around the let.
let
  x = "outer";
in
let
  inherit x;
  y = x + "!";
in
y
