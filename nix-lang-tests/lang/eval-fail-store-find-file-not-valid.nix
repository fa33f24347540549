# findFile says which path is not valid.
builtins.findFile [ { prefix = ""; path = "${./store-folder}"; } ] "f"
