# A bracket behind the value is no JSON.
builtins.fromJSON "1]"
