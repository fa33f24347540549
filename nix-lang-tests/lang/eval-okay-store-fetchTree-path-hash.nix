# The hash of a folder is checked.
let room = builtins.getEnv "ROOM"; in
let t = builtins.fetchTree { type = "path"; path = "${room}/x"; lastModified = 7; }; in (builtins.fetchTree { type = "path"; path = "${room}/x"; lastModified = 7; inherit (t) narHash; }).outPath == t.outPath
