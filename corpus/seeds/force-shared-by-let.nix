# A binding used five times is evaluated once.
let
  x = builtins.trace "x" 2;
in
x + x * x - x + (if x == 2 then 1 else 0)
