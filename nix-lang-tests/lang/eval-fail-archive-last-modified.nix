# So is another time.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "tarball"; url = "file://${room}/base.tar"; lastModified = 1; rev = "0000000000000000000000000000000000000000"; revCount = 3; narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }
