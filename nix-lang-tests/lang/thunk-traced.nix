# Imported by fixtures: says when it is evaluated.
builtins.trace "file" { value = builtins.trace "value" 1; }
