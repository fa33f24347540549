# In any case of letters.
let room = builtins.getEnv "ROOM"; in
builtins.fetchTree { type = "tarball"; url = "file://${room}/dot-git-case.tar"; }
