# No outputs.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/no-outputs").v
