# Three bindings in a ring.
let
  a = [ b ] ++ c;
  b = 1;
  c = builtins.tail d;
  d = a;
in
a
