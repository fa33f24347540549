# The string is shown from its escape on, as a text of its own.
builtins.fromTOML "a = \"before \\ud800 behind\""
