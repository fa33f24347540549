# Description interpolated.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/description-interpolated").v
