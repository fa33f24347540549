# fromJSON of nothing.
builtins.fromJSON ""
