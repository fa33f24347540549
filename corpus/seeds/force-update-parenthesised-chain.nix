# A chain of `//` grouped to the left is evaluated from the right as well.
let
  t = builtins.trace;
in
(t "one" { a = 1; } // t "two" { b = 2; }) // t "three" { c = 3; }
