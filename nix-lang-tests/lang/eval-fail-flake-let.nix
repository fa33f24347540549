# Let.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/let").v
