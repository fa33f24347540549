# hasContext of strings with and without.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
in
map builtins.hasContext [ "" "a" drv.outPath drv.drvPath (builtins.unsafeDiscardStringContext drv.outPath) "${drv}x" (builtins.substring 0 0 drv.outPath) ]
