# What must be valid asks.
builtins.readFile "${./store-folder}/f"
