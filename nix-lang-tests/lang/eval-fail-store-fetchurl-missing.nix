# A file that is not there.
let room = builtins.getEnv "ROOM"; in
builtins.fetchurl "file://${room}/x/nope"
