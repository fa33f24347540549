# Integer division rounds towards zero.
[ (7 / 2) (-7 / 2) (7 / -2) (-7 / -2) (7.0 / 2) ]
