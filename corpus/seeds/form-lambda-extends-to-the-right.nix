# The body of a lambda reaches as far as it can.
(x: x + 1 == 3 && true) 2
