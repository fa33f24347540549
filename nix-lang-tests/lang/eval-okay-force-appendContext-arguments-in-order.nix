# In which order appendContext forces its arguments.
let
  t = builtins.trace;
in
builtins.appendContext (t "first" "a") (t "second" { })
