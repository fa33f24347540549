# Prefix forms nest to the right.
a: with a; assert a; let b = a; in if b then with b; c else assert b; b
