# Selection from a function.
(x: x).a
