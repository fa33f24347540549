# A with's namespace is evaluated once, at the first variable that needs it.
let
  t = builtins.trace;
in
with t "namespace" { a = t "a" 1; b = t "b" 2; };
t "body" [ b a b ]
