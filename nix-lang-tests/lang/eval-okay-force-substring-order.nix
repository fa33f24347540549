# substring evaluates start, length and string in this order.
let
  t = builtins.trace;
in
builtins.substring (t "start" 1) (t "length" 2) (t "string" "abcdef")
