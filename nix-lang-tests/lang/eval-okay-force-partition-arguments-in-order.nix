# In which order partition forces its arguments.
let
  t = builtins.trace;
in
builtins.partition (t "first" (x: x)) (t "second" [ true ])
