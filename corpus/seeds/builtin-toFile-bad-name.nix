# toFile needs a name that a store path can have.
builtins.toFile "a/b" "x"
