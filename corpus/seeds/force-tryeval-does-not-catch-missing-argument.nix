# A missing argument goes through tryEval.
builtins.tryEval (({ a }: a) { })
