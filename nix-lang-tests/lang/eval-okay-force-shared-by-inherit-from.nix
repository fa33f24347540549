# The source of an `inherit (e)` for three names is evaluated once.
let
  s = { inherit (builtins.trace "source" { a = 1; b = 2; c = 3; }) a b c; };
in
[ s.c s.a s.b ]
