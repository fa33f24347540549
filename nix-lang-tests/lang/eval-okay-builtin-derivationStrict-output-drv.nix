# An output may be called drv.
derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = [ "drv" ]; }
