# Config list of numbers.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/config-list-of-numbers").v
