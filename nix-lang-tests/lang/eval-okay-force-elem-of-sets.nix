# elem compares whole sets, forcing attributes until they differ.
let
  t = builtins.trace;
in
builtins.elem { a = t "n.a" 1; b = t "n.b" 2; } [ { a = t "1.a" 0; b = throw "never"; } { a = t "2.a" 1; b = t "2.b" 2; } (throw "never") ]
