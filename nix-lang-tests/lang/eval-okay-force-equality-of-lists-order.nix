# `==` on lists compares lengths first, then element by element up to the first difference.
let
  t = builtins.trace;
in
[
  ([ (t "a" 1) (t "b" 2) (t "never" 3) ] == [ (t "a'" 1) (t "b'" 0) (t "never" 3) ])
  ([ (throw "never") ] == [ (throw "never") (throw "never") ])
]
