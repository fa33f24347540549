# A regular expression may not have a context.
builtins.match (derivation { name = "d"; system = "s"; builder = "b"; }).outPath "x"
