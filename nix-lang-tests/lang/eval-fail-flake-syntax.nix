# Syntax.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/syntax").v
