# Not overridden.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/not-overridden").v
