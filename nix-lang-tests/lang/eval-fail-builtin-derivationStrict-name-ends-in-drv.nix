# A name may not end in .drv.
derivationStrict { name = "x.drv"; system = "s"; builder = "b"; }
