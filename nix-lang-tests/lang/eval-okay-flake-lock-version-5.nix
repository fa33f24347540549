# Lock version 5.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/lock-version-5").v
