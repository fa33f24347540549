# A derivation that refers to another's .drv as a file, or not at all.
let
  a = derivation { name = "a"; system = "s"; builder = "b"; };
  use = dep: (derivation { name = "x"; system = "s"; builder = "b"; inherit dep; }).drvPath;
in
map use [ (builtins.unsafeDiscardOutputDependency a.drvPath) (builtins.unsafeDiscardStringContext a.drvPath) ]
