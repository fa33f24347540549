# A functor that has returned leaves no call open.
builtins.all { __functor = self: x: true; } (builtins.genList (x: x) 11000)
