# The trace of a failure in a derivation's attribute.
derivationStrict { name = "x"; system = "s"; builder = "b"; env = [ "a" { } ]; }
