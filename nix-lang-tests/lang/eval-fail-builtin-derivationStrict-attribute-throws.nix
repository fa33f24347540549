# An attribute that fails, seen through the derivation.
derivationStrict { name = "x"; system = "s"; builder = "b"; bad = throw "bad"; }
