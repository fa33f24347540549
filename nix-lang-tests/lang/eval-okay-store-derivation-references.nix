# The file of a derivation refers to its sources.
builtins.getContext (builtins.readFile (derivationStrict { name = "a"; builder = ./store-folder; system = "c"; }).drvPath)
