# A folder as a tree.
let room = builtins.getEnv "ROOM"; in
let t = builtins.fetchTree { type = "path"; path = "${room}/x"; lastModified = 7; }; in [ (removeAttrs t [ "outPath" ]) t.outPath (builtins.readDir t) ]
