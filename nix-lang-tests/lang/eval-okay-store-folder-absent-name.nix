# An object that is nowhere does not exist.
builtins.pathExists "/nix/store/00000000000000000000000000000000-x/y"
