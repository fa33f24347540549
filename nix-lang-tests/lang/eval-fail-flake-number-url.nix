# Number url.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/number-url").v
