# A string with a context cannot be appended to a path.
/a + (derivation { name = "x"; system = "s"; builder = "b"; }).drvPath
