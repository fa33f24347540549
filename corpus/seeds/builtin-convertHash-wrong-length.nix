# A hash of the wrong length.
builtins.convertHash { hash = "abc"; hashAlgo = "sha1"; toHashFormat = "sri"; }
