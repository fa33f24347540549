# What a word depends on would have to be built.
builtins.exec [ "echo" (derivationStrict { name = "x"; builder = "y"; system = "z"; }).out ]
