# A delayed call of a builtin that failed is not made again.
let
  x = map (builtins.trace "once") [ (throw "t") ];
in
map (_: (builtins.tryEval (builtins.head x)).success) [ 1 2 ]
