# A header with a wrong sum.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "tarball"; url = "file://${room}/damaged.tar"; }
