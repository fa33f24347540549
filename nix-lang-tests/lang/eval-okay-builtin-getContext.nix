# getContext shows each kind of element.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; };
in
map builtins.getContext [ "" "plain" "${drv}" "${drv.dev}${drv.out}" drv.drvPath (builtins.unsafeDiscardOutputDependency drv.drvPath) ]
