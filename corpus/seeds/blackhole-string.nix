# A string that contains itself.
let
  s = "a${s}";
in
s
