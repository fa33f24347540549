# Config.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/config").v
