# An attribute that cannot be coerced.
derivationStrict { name = "x"; system = "s"; builder = "b"; f = x: x; }
