# A type error goes through tryEval.
builtins.tryEval (1 + { })
