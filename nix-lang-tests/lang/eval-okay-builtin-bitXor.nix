# bitXor at the limits of integers.
[ (builtins.bitXor 5 5) (builtins.bitXor 9223372036854775807 (-1)) (builtins.bitXor 5 0) ]
