# `or` with dynamic names.
let
  s = { a = { b = 1; }; };
  n = x: x;
in
[ (s.${n "a"}.${n "c"} or "no c") (s.${n "z"}.${throw "never"} or "no z") (s."${n "a"}".b or 0) ]
