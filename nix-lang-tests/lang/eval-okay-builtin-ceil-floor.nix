# ceil and floor of floats and integers.
[ (map builtins.ceil [ 1.2 (-1.2) 2.0 0.0 (-0.5) 7 ]) (map builtins.floor [ 1.8 (-1.2) 2.0 0.0 (-0.5) 7 ]) ]
