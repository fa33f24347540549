# Cyclic sets compare equal by identity where identity is reached before the cycle.
let
  s = { a = 1; self = s; };
in
[ (s == s) (s.self == s.self.self) ]
