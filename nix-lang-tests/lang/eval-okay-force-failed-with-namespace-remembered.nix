# A namespace that failed fails for every variable.
with builtins.trace "namespace" (throw "failed");
[ (builtins.tryEval a).success (builtins.tryEval b).success ]
