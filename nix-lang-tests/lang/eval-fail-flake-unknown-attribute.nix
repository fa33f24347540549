# Unknown attribute.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/unknown-attribute").v
