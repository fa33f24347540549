# A missing attribute goes through tryEval.
builtins.tryEval { a = 1; }.b
