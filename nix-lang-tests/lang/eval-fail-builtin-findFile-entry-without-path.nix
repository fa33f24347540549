# An entry of the search path needs a path.
builtins.findFile [ { prefix = "x"; } ] "x"
