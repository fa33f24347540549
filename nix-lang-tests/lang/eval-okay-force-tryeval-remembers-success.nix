# What tryEval evaluated stays evaluated.
let
  x = builtins.trace "x" 1;
in
[ (builtins.tryEval x).value (builtins.tryEval x).value x ]
