# A wrong hash is a mismatch, and the status tells.
let room = builtins.getEnv "ROOM"; in
builtins.fetchurl { url = "file://${room}/x/f"; sha256 = "0000000000000000000000000000000000000000000000000000"; }
