# An unknown format.
builtins.convertHash { hash = "372ea08cab33e71c02c651dbc83a474d32c676ea"; hashAlgo = "sha1"; toHashFormat = "base85"; }
