# A set whose names are computed from its names.
let
  s = builtins.mapAttrs (n: v: v) (builtins.listToAttrs (map (name: { inherit name; value = 1; }) (builtins.attrNames s)));
in
s
