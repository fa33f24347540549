# findFile looks into the store.
builtins.readFile (builtins.findFile [ { prefix = "x"; path = "${./store-folder}"; } ] "x/f")
