# Lists, nested and with every kind of simple element.
[ ] ++ [ 1 "two" 3.0 ./four { five = 5; } [ 6 ] (7 + 0) (-8) (x: x) null true ]
