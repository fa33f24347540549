# A regular expression that is none.
builtins.split "[a" "abc"
