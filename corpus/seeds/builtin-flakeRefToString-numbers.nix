# flakeRefToString with integers and booleans.
builtins.flakeRefToString { type = "git"; url = "https://example.org/x.git"; revCount = 5; shallow = true; ref = "main"; }
