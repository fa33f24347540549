# Floats without a fraction print as integers do.
[ 1.0 100.0 1.0e10 1.5e-10 (-2.0) 12345678.9 0.1 ]
