# Computed url.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/computed-url").v
