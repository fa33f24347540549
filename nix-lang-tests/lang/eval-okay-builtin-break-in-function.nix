# break in the middle of an evaluation.
let
  f = x: builtins.break (x + 1);
in
f (builtins.break 1)
