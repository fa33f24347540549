# What something else has forced shows its value, wherever it stands.
let
  x = 1 + 1;
  s = { y = x + 1; z = x + 2; };
in
builtins.seq s.y [ x s.y s.z s (x + 0) ]
