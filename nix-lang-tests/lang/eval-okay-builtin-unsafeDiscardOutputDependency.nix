# unsafeDiscardOutputDependency leaves a plain reference to the .drv.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
in
map builtins.getContext [ (builtins.unsafeDiscardOutputDependency drv.drvPath) (builtins.unsafeDiscardOutputDependency drv.outPath) (builtins.unsafeDiscardOutputDependency "s") ]
