# trace evaluates and prints its message before it evaluates its value.
let
  t = builtins.trace;
in
t (t "message" "outer") (t "value" 1)
