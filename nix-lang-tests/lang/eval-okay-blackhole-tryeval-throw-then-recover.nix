# A throw half-way through a binding leaves no blackhole behind.
let
  a = { x = throw "x"; y = if (builtins.tryEval a.x).success then 1 else 2; };
in
[ (builtins.tryEval a.x).success a.y (builtins.tryEval a.x).success ]
