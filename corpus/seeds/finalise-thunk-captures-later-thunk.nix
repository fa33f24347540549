# A thunk captures a later thunk; forcing the first forces the second, once.
let
  t = builtins.trace;
  first = t "first" (second + third);
  second = t "second" (third * 2);
  third = t "third" 7;
in
[ first second third ]
