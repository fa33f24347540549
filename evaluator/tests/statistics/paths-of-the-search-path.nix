# A path in angle brackets is a call.
builtins.tryEval <nowhere/to/be/found>
