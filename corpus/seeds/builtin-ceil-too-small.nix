# ceil of a float below every integer.
builtins.ceil (-1.0e19)
