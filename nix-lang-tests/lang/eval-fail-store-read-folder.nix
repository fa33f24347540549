# A folder in the store is not a file.
builtins.readDir "${./store-folder}/f"
