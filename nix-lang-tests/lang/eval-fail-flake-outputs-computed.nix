# Outputs computed.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/outputs-computed").v
