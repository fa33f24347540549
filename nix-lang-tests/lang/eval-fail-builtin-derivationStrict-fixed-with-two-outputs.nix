# A fixed output allows no second one.
derivationStrict { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; outputHashAlgo = "sha256"; outputHash = builtins.hashString "sha256" ""; }
