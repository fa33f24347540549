# Override nothing.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/override-nothing").v
