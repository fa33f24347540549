# An integer literal beyond 64 bits is a syntax error.
9223372036854775808
