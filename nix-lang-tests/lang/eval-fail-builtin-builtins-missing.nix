# A builtin that does not exist, with a suggestion.
builtins.atrNames { }
