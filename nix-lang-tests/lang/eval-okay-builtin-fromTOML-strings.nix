# fromTOML: escapes, literal strings and empty tables.
builtins.fromTOML "a = \"tab\\t\\u00e9\"\nb = 'no\\tescape'\nc = '''\nmulti\n'''\n[empty]\n"
