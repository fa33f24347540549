# Plain type.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/plain").outputs.t
