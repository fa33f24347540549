# Config set.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/config-set").v
