# floor and ceil near the largest integers.
[ (builtins.floor 9007199254740993.0) (builtins.ceil (-9007199254740993.0)) (builtins.floor 4.0e18) (builtins.floor (-1.0e-300)) ]
