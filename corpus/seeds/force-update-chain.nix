# A chain of `//` evaluates from the right.
let
  t = builtins.trace;
in
t "one" { a = 1; } // t "two" { b = 2; } // t "three" { c = 3; }
