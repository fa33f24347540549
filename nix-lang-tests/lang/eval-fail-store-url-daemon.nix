# Nobody listens.
builtins.readFile "${./store-folder}/f"
