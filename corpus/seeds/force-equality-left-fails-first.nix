# Both operands of `==` fail: the left one is reported.
(throw "left") == (throw "right")
