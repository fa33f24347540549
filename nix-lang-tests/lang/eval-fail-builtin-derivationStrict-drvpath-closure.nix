# A derivation that refers to another's .drv and all its outputs needs a store that holds it.
let
  a = derivation { name = "a"; system = "s"; builder = "b"; };
in
derivationStrict { name = "x"; system = "s"; builder = "b"; dep = a.drvPath; }
