# A header may follow a value on its line.
builtins.fromTOML "a = 1 [b] \n c = 2"
