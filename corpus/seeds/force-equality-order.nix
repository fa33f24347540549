# `==` and `!=` evaluate the left operand first.
let
  t = builtins.trace;
in
[ (t "a" 1 == t "b" 2) (t "c" "x" != t "d" 2) ]
