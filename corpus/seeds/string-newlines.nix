# A newline in a string is itself.
builtins.toJSON "one
two"
