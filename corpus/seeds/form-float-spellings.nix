# Every spelling of a float.
[ 1.0 1. .5 0.5 1.5e3 1.5E3 1.5e+3 1.5e-3 1.e2 .5e1 123.456 00.5 ]
