# Lock removed input.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/lock-removed-input").v
