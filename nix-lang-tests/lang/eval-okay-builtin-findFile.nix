# findFile: prefixes, the first match wins, entries that do not have the file are passed over.
let
  path = [ { prefix = "one"; path = ./dir1; } { prefix = ""; path = ./dir3; } { path = ./dir4; } ];
in
map (x: import (builtins.findFile path x)) [ "one/unit.nix" "unit.nix" "only.nix" "package" ]
