# An input that no registry knows.
builtins.fetchTree { type = "indirect"; id = "nowhere"; }
