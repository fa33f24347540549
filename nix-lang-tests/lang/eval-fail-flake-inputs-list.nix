# Inputs list.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/inputs-list").v
