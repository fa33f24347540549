# Nested place.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/nested").outputs.o
