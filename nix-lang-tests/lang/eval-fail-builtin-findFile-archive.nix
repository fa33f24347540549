# An archive on the search path is fetched, and then taken for a folder.
builtins.findFile [ { prefix = "x"; path = "http://:1/a.tar.gz"; } ] "x"
