# Looking up a name of the outermost namespace evaluates every namespace inside it.
let
  t = builtins.trace;
in
with t "outer" { x = 1; };
with t "middle" { };
with t "inner" { };
x
