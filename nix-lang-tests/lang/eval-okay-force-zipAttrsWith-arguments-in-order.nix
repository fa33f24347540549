# In which order zipAttrsWith forces its arguments.
let
  t = builtins.trace;
in
builtins.zipAttrsWith (t "first" (n: v: v)) (t "second" [ { a = 1; } ])
