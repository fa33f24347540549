# Nested failure.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/nested").fails
