# seq and the later use share one evaluation.
let
  x = builtins.trace "x" 1;
in
builtins.seq x (builtins.deepSeq x x)
