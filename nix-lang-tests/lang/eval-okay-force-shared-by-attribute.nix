# An attribute selected from several places is evaluated once.
let
  s = { x = builtins.trace "x" 1; y = s.x + s.x; };
in
[ s.x s.y s.x s ]
