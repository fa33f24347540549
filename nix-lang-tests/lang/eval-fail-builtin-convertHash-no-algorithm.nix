# A hash that does not name its algorithm needs one.
builtins.convertHash { hash = "372ea08cab33e71c02c651dbc83a474d32c676ea"; toHashFormat = "sri"; }
