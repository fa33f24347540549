# A string with a context is no attribute name.
{ ${(derivation { name = "d"; system = "s"; builder = "b"; }).outPath} = 1; }
