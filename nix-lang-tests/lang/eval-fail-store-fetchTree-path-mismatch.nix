# The reference takes the hashes of a mismatch one for the other here.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "path"; path = "${room}/x"; lastModified = 7; narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }
