# Messages as JSON.
builtins.trace "t" (import ./cli-folder/three.nix)
