# Operators, and what counts as a call.
a: b: [ (a + b) (a - 1) (a < b) (a <= b) (a // b) (a ++ b) (a == b) (!a && b || a -> b) "x${a}y" (./p + a) ]
