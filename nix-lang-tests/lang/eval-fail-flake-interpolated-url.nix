# Interpolated url.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/interpolated-url").v
