# A store in memory takes what is added.
builtins.readFile "${./store-folder}/f"
