# Locked.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/locked").v
