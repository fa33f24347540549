# Arguments of a curried call are evaluated in the order in which the body uses them.
let
  t = builtins.trace;
  f = t "f" (a: t "one" (b: t "two" (c: t "three" (c + a))));
in
f (t "a" 1) (t "b" 2) (t "c" 3)
