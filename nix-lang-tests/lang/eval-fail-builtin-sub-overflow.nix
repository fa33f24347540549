# sub beyond 64 bits.
builtins.sub (-9223372036854775807) 9
