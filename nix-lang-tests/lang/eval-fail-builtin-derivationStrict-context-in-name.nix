# A name may not have a context.
derivationStrict { name = (derivation { name = "d"; system = "s"; builder = "b"; }).outPath; system = "s"; builder = "b"; }
