# `//` shares the attribute's thunk with its operands.
let
  base = { x = builtins.trace "x" 1; };
  both = base // { y = 2; };
in
[ both.x base.x both ]
