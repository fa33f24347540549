# Undefined variable.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/undefined-variable").v
