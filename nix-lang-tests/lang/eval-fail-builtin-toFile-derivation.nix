# toFile may not refer to a derivation's output.
builtins.toFile "x" (derivation { name = "x"; system = "s"; builder = "b"; }).outPath
