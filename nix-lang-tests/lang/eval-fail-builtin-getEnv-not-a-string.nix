# getEnv needs a string.
builtins.getEnv null
