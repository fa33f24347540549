# `or` hands on the attribute's thunk or the default's, evaluated once.
let
  d = builtins.trace "default" 1;
  s = { a = builtins.trace "a" 2; };
in
[ (s.a or d) (s.b or d) (s.b or d) (s.a or d) ]
