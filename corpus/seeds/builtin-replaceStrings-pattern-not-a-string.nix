# Patterns must be strings.
builtins.replaceStrings [ 1 ] [ "a" ] "a"
