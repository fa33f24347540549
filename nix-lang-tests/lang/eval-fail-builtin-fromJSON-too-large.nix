# fromJSON of an integer that does not fit.
builtins.fromJSON "9223372036854775808"
