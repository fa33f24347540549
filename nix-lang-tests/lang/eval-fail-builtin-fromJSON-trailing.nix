# fromJSON with something after the value.
builtins.fromJSON "1 2"
