# Self input nested.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/self-input-nested").v
