# A derivation needs a name.
derivationStrict { system = "s"; builder = "b"; }
