# A call is no thunk: calling again evaluates again.
let
  f = _: builtins.trace "call" (throw "failed");
in
map (_: (builtins.tryEval (f null)).success) [ 1 2 ]
