# A file refers to the paths that are in it.
builtins.getContext (builtins.readFile (builtins.toFile "a" "x ${./store-folder} y"))
