# What was copied to the store can be read there.
builtins.readFile "${./store-folder}/f"
