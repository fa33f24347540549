# `+`, `-`, `*` and `/` evaluate the left operand first.
let
  t = builtins.trace;
in
[
  (t "a" 1 + t "b" 2)
  (t "c" 1 - t "d" 2)
  (t "e" 1 * t "f" 2)
  (t "g" 4 / t "h" 2)
]
