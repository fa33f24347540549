# A text is no archive.
builtins.fetchTarball "file://${toString ./thunk-traced.nix}"
