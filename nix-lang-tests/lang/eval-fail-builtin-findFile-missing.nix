# findFile without a match.
builtins.findFile [ { prefix = "x"; path = ./dir1; } ] "y/unit.nix"
