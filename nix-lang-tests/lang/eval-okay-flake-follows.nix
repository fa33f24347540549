# Follows.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/follows").v
