# A failed equality is evaluated once more, to say how its sides differ.
a: assert a == 1; assert a != 2; a
