# filterSource asks about every entry, the folder itself left out, and not below what it drops.
let
  ask = path: type: builtins.trace "${baseNameOf path} ${type}" (baseNameOf path != "unit.nix");
in
[ (builtins.filterSource ask ./dir3) (builtins.filterSource (path: type: true) ./dir3) ]
