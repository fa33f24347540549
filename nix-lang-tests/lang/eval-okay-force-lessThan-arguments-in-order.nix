# In which order lessThan forces its arguments.
let
  t = builtins.trace;
in
builtins.lessThan (t "first" 1) (t "second" 2)
