# fetchTree needs a type.
builtins.fetchTree { url = "http://example.org"; }
