# An empty hash means zeros.
let room = builtins.getEnv "ROOM"; in
builtins.fetchurl { url = "file://${room}/x/f"; sha256 = ""; }
