# Input list attribute.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/input-list-attribute").v
