# A remembered failure comes with the message of its first time.
let
  x = throw "first and only";
in
builtins.seq (builtins.tryEval x) x
