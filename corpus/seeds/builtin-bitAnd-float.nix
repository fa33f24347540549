# bitAnd needs integers.
builtins.bitAnd 1.0 1
