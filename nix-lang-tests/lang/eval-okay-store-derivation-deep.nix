# A derivation that needs another with all it needs.
let d = derivationStrict { name = "a"; builder = ./store-folder; system = "c"; }; in (derivationStrict { name = "z"; builder = builtins.addDrvOutputDependencies d.drvPath; system = "x"; }).drvPath
