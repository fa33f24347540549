# toJSON writes floats with as many digits as they need.
builtins.toJSON [ 0.1 1.0 (0.1 + 0.2) 1.0e-7 123456789.123 1.0e21 (-0.5) (1.0 / 3) ]
