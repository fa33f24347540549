# A file as a tree.
let room = builtins.getEnv "ROOM"; in
let t = builtins.fetchTree { type = "file"; url = "file://${room}/x/f"; }; in [ (removeAttrs t [ "outPath" ]) t.outPath (builtins.readFile t) ]
