# An archive that is not there.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "tarball"; url = "file://${room}/nope.tar"; }
