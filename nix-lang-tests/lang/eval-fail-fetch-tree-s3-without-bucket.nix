builtins.fetchTree { type = "file"; url = "s3:///a"; }
