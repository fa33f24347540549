builtins.fromTOML "key with spaces = 1"
