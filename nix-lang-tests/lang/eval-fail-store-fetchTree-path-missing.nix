# A folder that is not there.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "path"; path = "${room}/nope"; }
