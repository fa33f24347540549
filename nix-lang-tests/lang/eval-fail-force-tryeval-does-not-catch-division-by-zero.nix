# Division by zero goes through tryEval.
builtins.tryEval (1 / 0)
