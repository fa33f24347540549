# Both operands of `//` fail: the right one is reported.
(throw "left") // (throw "right")
