# Locked elsewhere.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/locked-elsewhere").v
