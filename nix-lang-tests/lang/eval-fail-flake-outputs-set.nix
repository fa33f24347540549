# Outputs set.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/outputs-set").v
