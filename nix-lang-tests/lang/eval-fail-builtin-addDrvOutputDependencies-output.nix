# addDrvOutputDependencies does not take a derivation's output.
builtins.addDrvOutputDependencies (derivation { name = "x"; system = "s"; builder = "b"; }).outPath
