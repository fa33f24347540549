# abort goes through tryEval.
builtins.tryEval (abort "stop")
