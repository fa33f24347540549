# An output may not be called drvPath.
derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = [ "drvPath" ]; }
