# A failed argument is remembered across uses in the body.
let
  f = x: [ (builtins.tryEval x).success (builtins.tryEval x).success ];
in
f (builtins.trace "argument" (throw "failed"))
