# In which order any forces its arguments.
let
  t = builtins.trace;
in
builtins.any (t "first" (x: x)) (t "second" [ true ])
