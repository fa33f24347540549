# What toFile wrote can be read.
builtins.readFile (builtins.toFile "a" "text")
