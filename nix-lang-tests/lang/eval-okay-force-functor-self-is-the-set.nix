# The functor's self is the very set that is called.
let
  s = { __functor = self: _: self; x = builtins.trace "x" 1; };
in
[ (s null).x s.x (s null null null).x ]
