# Formal default names of all.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/formal-default").v
