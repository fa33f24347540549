# Follows and url.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/follows-and-url").v
