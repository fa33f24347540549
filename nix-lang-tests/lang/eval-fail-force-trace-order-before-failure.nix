# What was forced before the failure is traced, the rest is not.
let
  t = builtins.trace;
in
[ (t "one" 1) (t "two" (throw "here")) (t "never" 3) ]
