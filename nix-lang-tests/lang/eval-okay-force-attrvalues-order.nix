# attrValues orders by name, so its list is forced by name.
let
  t = builtins.trace;
in
builtins.attrValues { z = t "z" 1; b = t "b" 2; a = t "a" 3; }
