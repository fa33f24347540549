# A relative path cannot be fetched.
builtins.fetchTree { type = "path"; path = "x"; }
