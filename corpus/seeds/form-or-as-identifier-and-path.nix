# `or` as an attribute name in paths and as a function argument in parentheses.
let
  f = x: x;
  s.or.or = 1;
in
[ s.or.or (s ? or) (f (s.x or s.or.or)) ]
