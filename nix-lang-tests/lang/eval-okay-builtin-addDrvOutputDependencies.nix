# addDrvOutputDependencies turns a plain reference to a .drv into one to all its outputs, which it leaves alone.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
  plain = builtins.unsafeDiscardOutputDependency drv.drvPath;
in
map builtins.getContext [ plain (builtins.addDrvOutputDependencies plain) (builtins.addDrvOutputDependencies drv.drvPath) ]
