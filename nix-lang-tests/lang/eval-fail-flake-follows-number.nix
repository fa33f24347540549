# Follows number.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/follows-number").v
