# `<` on lists compares element by element, and the tail only when the heads are equal.
let
  t = builtins.trace;
in
[
  ([ (t "a" 1) (t "b" 2) (throw "never") ] < [ (t "c" 1) (t "d" 3) (throw "never") ])
  ([ (t "e" 2) ] > [ (t "f" 1) (throw "never") ])
]
