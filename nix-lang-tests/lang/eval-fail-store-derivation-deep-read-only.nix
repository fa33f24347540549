# Where derivations are only computed, none is valid.
let d = derivationStrict { name = "a"; builder = "b"; system = "c"; }; in derivationStrict { name = "z"; builder = d.drvPath; system = "x"; }
