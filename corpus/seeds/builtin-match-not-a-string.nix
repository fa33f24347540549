# match needs strings.
builtins.match "a" 1
