# Nested value.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/nested").outputs.v
