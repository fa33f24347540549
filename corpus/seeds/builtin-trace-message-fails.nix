# The message is forced first.
builtins.trace (throw "message") (throw "value")
