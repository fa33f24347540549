# Two thunks capture the same later variable; it is evaluated once for both.
let
  t = builtins.trace;
  a = t "a" (shared + 1);
  b = t "b" (shared + 2);
  shared = t "shared" 10;
in
a + b
