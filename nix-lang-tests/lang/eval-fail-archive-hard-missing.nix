# Another name of a file that is not there.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "tarball"; url = "file://${room}/hard-missing.tar"; }
