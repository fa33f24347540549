# Standard error of the program is that of the evaluation, between its own messages.
builtins.trace "before" (builtins.exec [ "sh" "-c" "echo from the program >&2; echo 1" ])
