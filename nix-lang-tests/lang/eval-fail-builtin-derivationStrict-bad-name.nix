# A name with a character that is not allowed.
derivationStrict { name = "a b"; system = "s"; builder = "b"; }
