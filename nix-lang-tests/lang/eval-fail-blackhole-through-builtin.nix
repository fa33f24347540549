# A builtin that forces its argument is given the binding it computes.
let
  l = builtins.length l;
in
l
