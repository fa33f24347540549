# A string with a context cannot be used to select.
{ a = 1; }.${(derivation { name = "d"; system = "s"; builder = "b"; }).outPath} or 2
