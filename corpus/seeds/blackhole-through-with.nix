# The namespace of a with is the very binding that the with computes.
let
  s = with s; { a = b; b = 1; ${c} = 2; };
in
s.a
