# any stops at the first true, all at the first false.
let
  t = builtins.trace;
  p = x: t "asked ${toString x}" (x > 1);
in
[ (builtins.any p [ 1 2 3 ]) (builtins.all p [ 2 1 3 ]) (builtins.any p [ ]) (builtins.all p [ ]) ]
