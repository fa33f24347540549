# A flat copy is a file.
builtins.readFile (builtins.path { path = ./store-folder/f; recursive = false; name = "flat"; })
