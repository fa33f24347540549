# A derivation needs a system.
derivationStrict { name = "x"; builder = "b"; }
