# A folder that is a source in the store already is not copied.
let room = builtins.getEnv "ROOM"; in
let t = builtins.fetchTree { type = "path"; path = "${room}/x"; lastModified = 7; }; in (builtins.fetchTree { type = "path"; path = builtins.unsafeDiscardStringContext t.outPath; }).lastModified
