[ (import ../default.nix) (builtins.readFile ./g) ]
