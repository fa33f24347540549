# A store in memory takes no file called like a derivation.
builtins.toFile "a.drv" "text"
