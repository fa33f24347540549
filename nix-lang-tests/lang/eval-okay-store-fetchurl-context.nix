# What was fetched is a store path.
let room = builtins.getEnv "ROOM"; in
builtins.attrValues (builtins.getContext (builtins.fetchurl "file://${room}/x/f"))
