# Self input.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/self-input").v
