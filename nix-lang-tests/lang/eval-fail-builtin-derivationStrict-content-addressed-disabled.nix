# Content-addressed derivations are behind a feature.
derivationStrict { name = "x"; system = "s"; builder = "b"; __contentAddressed = true; outputHashMode = "recursive"; outputHashAlgo = "sha256"; }
