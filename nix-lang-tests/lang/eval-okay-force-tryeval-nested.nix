# The inner tryEval catches, the outer one succeeds.
builtins.tryEval (builtins.tryEval (throw "inner"))
