# Number.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/number").v
