# Too many arguments: the result is called and is no function.
(a: b: a + b) 1 2 3
