# Strict printing evaluates list elements from the left, each to the bottom.
let
  t = builtins.trace;
in
[ (t "a" [ (t "a0" 1) ]) (t "b" { c = t "c" 2; }) (t "d" 3) ]
