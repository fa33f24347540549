# Flake not boolean.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/flake-not-boolean").v
