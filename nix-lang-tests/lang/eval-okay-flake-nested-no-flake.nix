# Nested no flake.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/nested").outputs.n
