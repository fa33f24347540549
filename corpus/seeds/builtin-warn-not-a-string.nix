# The warning must be a string.
builtins.warn 1 2
