# The parts of a string are evaluated from the left.
let
  t = builtins.trace;
in
"${t "a" "1"}-${t "b" "2"}-${t "c" "3"}"
