# tryEval gives its argument as it is.
builtins.tryEval (x: x)
