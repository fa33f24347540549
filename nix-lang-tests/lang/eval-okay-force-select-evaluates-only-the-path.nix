# A selection evaluates the sets on its path and the attribute at its end.
let
  t = builtins.trace;
in
(t "set" { a = t "a" { b = t "b" 1; c = throw "never"; }; d = throw "never"; }).a.b
