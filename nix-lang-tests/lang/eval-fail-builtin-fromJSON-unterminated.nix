# fromJSON of a list without an end.
builtins.fromJSON "[1, 2"
