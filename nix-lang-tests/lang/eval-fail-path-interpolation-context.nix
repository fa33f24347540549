# A string with a context does not go into a path.
./${(derivation { name = "x"; system = "s"; builder = "b"; }).outPath}
