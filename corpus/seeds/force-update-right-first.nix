# `//` evaluates its right operand first.
let
  t = builtins.trace;
in
t "left" { a = 1; } // t "right" { b = 2; }
