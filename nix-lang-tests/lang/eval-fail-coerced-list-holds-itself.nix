# The argument is coerced as the slot that it is.
let
  a = [
    0
    a
  ];
in
builtins.stringLength a
