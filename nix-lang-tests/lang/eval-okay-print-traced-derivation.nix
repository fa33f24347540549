# A derivation in a traced value shows its .drv once its parts are known.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; };
  traced = drv // { extra = 1; };
in
builtins.trace drv (builtins.trace [ drv ] (builtins.seq traced.drvPath (builtins.trace [ drv ] drv.name)))
