# Two calls with the same argument run the body twice; the argument is evaluated once.
let
  f = x: builtins.trace "body" (x + 1);
  a = builtins.trace "argument" 1;
in
f a + f a
