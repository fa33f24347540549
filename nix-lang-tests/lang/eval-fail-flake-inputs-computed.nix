# Inputs computed.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/inputs-computed").v
