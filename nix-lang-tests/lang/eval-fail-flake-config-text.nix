# Config text.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/config-text").v
