# An empty list of outputs.
derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = [ ]; }
