# Outputs are for derivations only.
builtins.appendContext "s" { "/nix/store/00000000000000000000000000000000-p" = { outputs = [ "out" ]; }; }
