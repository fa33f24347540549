# appendContext adds the elements of a context, and merges them with those that are there.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; };
  c = builtins.getContext "${drv.out}";
in
map builtins.getContext [ (builtins.appendContext "s" { }) (builtins.appendContext "s" c) (builtins.appendContext "${drv.dev}" c) (builtins.appendContext "s" { "/nix/store/00000000000000000000000000000000-p" = { path = true; }; }) ]
