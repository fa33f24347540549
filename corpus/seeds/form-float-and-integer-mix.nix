# Arithmetic of an integer and a float gives a float.
[ (1 + 1.5) (2.5 * 2) (1 - 0.5) (3 / 2.0) (1 == 1.0) (1 < 1.5) (2.0 >= 2) ]
