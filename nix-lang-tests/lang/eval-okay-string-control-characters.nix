# Control characters in source are kept; printing escapes only some.
builtins.toJSON "a	b"
