# A failed tryEval gives the value false.
builtins.tryEval (throw "x")
