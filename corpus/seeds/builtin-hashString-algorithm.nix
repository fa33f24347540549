# hashString with an unknown algorithm.
builtins.hashString "sha3" "abc"
