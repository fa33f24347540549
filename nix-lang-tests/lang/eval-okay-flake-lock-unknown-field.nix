# Lock unknown field.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/lock-unknown-field").v
