# `if` evaluates its condition and one branch.
let
  t = builtins.trace;
in
if t "condition" (1 < 2) then t "then" 1 else t "else" 2
