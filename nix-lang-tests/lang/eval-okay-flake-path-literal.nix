# Path literal.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/path-literal").v
