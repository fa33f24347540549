# Type unknown attribute.
(builtins.getFlake "path:${builtins.getEnv "ROOM"}/type-unknown-attribute").v
