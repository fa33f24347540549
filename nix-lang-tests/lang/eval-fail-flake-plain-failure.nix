# Plain failure.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/plain").fails
