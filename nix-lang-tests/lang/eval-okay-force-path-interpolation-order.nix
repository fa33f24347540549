# The parts of a path are evaluated from the left.
let
  t = builtins.trace;
in
/base/${t "one" "1"}/${t "two" "2"}
