# args must be a list.
derivationStrict { name = "x"; system = "s"; builder = "b"; args = "-c"; }
