# tryEval catches a search path that is not found.
[ (builtins.tryEval <no-such-entry>).success (builtins.tryEval (builtins.findFile [ ] "x")).success ]
