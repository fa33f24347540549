# A store in memory keeps derivations apart from files.
let d = (derivationStrict { name = "a"; builder = "b"; system = "c"; }).drvPath; in [ (builtins.pathExists d) (import d).name ]
