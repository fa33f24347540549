# No string may hold a NUL byte.
builtins.fromJSON ''"a\u0000b"''
