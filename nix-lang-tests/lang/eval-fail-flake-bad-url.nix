# Bad url.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/bad-url").v
