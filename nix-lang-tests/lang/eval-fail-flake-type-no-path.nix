# Type no path.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/type-no-path").v
