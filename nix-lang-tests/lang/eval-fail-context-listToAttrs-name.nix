# A string with a context is no name for listToAttrs.
builtins.listToAttrs [ { name = (derivation { name = "d"; system = "s"; builder = "b"; }).outPath; value = 1; } ]
