# An argument used twice in the body is evaluated once a call.
let
  f = x: x + x;
in
[ (f (builtins.trace "first" 1)) (f (builtins.trace "second" 2)) ]
