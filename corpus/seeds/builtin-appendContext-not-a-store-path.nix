# The names of a context must be store paths.
builtins.appendContext "s" { "/etc/passwd" = { path = true; }; }
