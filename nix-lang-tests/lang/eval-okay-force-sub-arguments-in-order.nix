# In which order sub forces its arguments.
let
  t = builtins.trace;
in
builtins.sub (t "first" 3) (t "second" 1)
