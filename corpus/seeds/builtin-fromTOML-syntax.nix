# fromTOML of what is not TOML.
builtins.fromTOML "a = = 1"
