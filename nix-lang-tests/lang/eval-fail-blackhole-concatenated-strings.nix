# Two strings that contain each other.
let
  a = "a${b}";
  b = "b${a}";
in
a
