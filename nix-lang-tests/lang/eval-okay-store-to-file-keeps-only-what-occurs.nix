# A reference that is not in the text is none.
builtins.getContext (builtins.readFile (builtins.toFile "a" (builtins.substring 0 2 "x ${./store-folder}")))
