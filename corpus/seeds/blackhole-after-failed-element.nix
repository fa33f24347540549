# A throw inside is caught, the recursion outside is not.
let
  a = if (builtins.tryEval (throw "caught")).success then 1 else b;
  b = a;
in
a
