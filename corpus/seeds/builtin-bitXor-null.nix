# bitXor needs integers.
builtins.bitXor null 1
