# A derivation is in the store once it is made.
builtins.readFile (derivationStrict { name = "a"; builder = "b"; system = "c"; }).drvPath
