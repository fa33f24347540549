# The default of `or` is evaluated only when an attribute of the path is missing.
let
  t = builtins.trace;
in
[
  ({ a = t "a" { }; }.a.b or (t "default" 1))
  ({ a = t "a2" { b = t "b2" 2; }; }.a.b or (t "never" 1))
  ((t "no set" 1).a or (t "default 3" 3))
]
