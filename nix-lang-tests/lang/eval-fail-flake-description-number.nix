# Description number.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/description-number").v
