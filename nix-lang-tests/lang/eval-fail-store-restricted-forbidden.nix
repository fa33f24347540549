# And nothing else.
let room = builtins.getEnv "ROOM"; in
builtins.readFile (room + "/x/f")
