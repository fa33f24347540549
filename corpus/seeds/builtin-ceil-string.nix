# ceil needs a number.
builtins.ceil "1.5"
