# nixPath shows the entries of NIX_PATH.
builtins.nixPath
