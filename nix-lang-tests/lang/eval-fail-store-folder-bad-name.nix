# So is one with letters that hashes do not have.
builtins.pathExists "/nix/store/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-x"
