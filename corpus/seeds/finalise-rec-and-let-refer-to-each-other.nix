# A rec set and the let around it refer to each other.
let
  s = rec { a = b + n; b = m; };
  n = s.b * 10;
  m = 3;
in
s
