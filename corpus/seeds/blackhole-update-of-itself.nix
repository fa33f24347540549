# A set that is defined as an update of itself.
let
  s = s // { a = 1; };
in
s.a
