# From 1e15 on toJSON writes an exponent.
map builtins.toJSON [ 1.0e13 1.0e14 1.0e15 1.0e16 ]
