# A path that is only computed is not valid, and cannot be read.
builtins.readFile "${./store-folder}/f"
