# In an application the function is evaluated before the argument.
let
  t = builtins.trace;
in
(t "function" (x: t "body" (x + 1))) (t "argument" 1)
