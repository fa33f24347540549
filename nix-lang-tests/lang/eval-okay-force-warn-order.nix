# warn evaluates its message, prints it, then evaluates its value, once.
let
  t = builtins.trace;
  x = builtins.warn (t "message" "the warning") (t "value" 1);
in
x + x
