# A file called like a derivation must be one.
builtins.toFile "a.drv" "text"
