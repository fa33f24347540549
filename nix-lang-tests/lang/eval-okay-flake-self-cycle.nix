# Self cycle.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/self-cycle").v
