# Input unknown attribute.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/input-unknown-attribute").v
