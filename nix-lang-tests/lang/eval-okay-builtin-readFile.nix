# readFile gives the bytes as they are.
[ (builtins.readFile ./data-lines.txt) (builtins.stringLength (builtins.readFile ./dir1/unit.nix)) (builtins.hasContext (builtins.readFile ./data-lines.txt)) ]
