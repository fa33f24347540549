# A derivation needs a builder.
derivationStrict { name = "x"; system = "s"; }
