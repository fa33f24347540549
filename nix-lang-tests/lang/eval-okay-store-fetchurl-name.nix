# Its name can be given.
let room = builtins.getEnv "ROOM"; in
builtins.fetchurl { url = "file://${room}/x/f"; name = "other"; }
