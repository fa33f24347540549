# Division and arithmetic decide whether a number is a float.
map (x: [ (builtins.isFloat x) (builtins.isInt x) ]) [ 1 1.0 (1 + 1.0) (4 / 2) (4 / 2.0) (builtins.floor 1.5) (builtins.fromJSON "1.0") (builtins.fromJSON "1") ]
