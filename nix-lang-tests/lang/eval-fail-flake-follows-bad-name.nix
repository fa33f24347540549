# Follows bad name.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/follows-bad-name").v
