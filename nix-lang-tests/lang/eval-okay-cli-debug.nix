# --debug tells of hashes, and of entries of the search path.
[ <text.txt> (builtins.path { path = ./cli-folder; filter = path: type: type == "regular"; }) ]
