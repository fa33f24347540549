# Plain value.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/plain").outputs.v
