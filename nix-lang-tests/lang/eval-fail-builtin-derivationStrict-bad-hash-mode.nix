# An unknown hash mode.
derivationStrict { name = "x"; system = "s"; builder = "b"; outputHash = ""; outputHashAlgo = "sha256"; outputHashMode = "sideways"; }
