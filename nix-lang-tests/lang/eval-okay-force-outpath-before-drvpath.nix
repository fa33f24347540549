# outPath and drvPath come from one computation.
let
  d = derivation { name = "x"; system = "s"; builder = builtins.trace "computed" "b"; };
in
[ (builtins.stringLength d.outPath) (builtins.stringLength d.drvPath) (builtins.stringLength "${d}") ]
