# baseNameOf keeps the context of a string.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
in
[ (builtins.hasContext (baseNameOf drv.outPath)) (baseNameOf "${drv}/bin/tool") ]
