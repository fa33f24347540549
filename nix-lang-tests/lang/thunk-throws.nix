# Imported by fixtures: throws when it is evaluated.
builtins.trace "file" (throw "failed")
