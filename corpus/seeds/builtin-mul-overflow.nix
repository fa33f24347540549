# mul beyond 64 bits.
builtins.mul 9223372036854775807 2
