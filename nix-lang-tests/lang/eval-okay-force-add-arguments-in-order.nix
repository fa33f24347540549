# In which order add forces its arguments.
let
  t = builtins.trace;
in
builtins.add (t "first" 1) (t "second" 2)
