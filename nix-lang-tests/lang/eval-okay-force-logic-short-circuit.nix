# `&&`, `||` and `->` leave the right operand alone when the left one decides.
let
  t = builtins.trace;
in
[
  (t "a" false && t "never" true)
  (t "b" true && t "c" true)
  (t "d" true || t "never" true)
  (t "e" false || t "f" false)
  (t "g" false -> t "never" true)
  (t "h" true -> t "i" false)
]
