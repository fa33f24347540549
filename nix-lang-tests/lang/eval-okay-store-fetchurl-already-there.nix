# What is there already is not fetched.
let room = builtins.getEnv "ROOM"; in
let p = builtins.fetchurl "file://${room}/x/f"; in builtins.seq p (builtins.fetchurl { url = "file:///nowhere"; name = "f"; sha256 = builtins.hashFile "sha256" p; })
