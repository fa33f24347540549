# split needs strings.
builtins.split "a" null
