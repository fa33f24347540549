# Input text.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/input-text").v
