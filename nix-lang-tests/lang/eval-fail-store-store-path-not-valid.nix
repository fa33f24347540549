# A path that is nowhere cannot be substituted.
builtins.storePath "/nix/store/00000000000000000000000000000000-x"
