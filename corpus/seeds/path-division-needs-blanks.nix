# a/b is a path, a / b a division, f /b an application to a path.
let
  a = 6;
  b = 3;
  f = x: x;
in
[ (a / b) (builtins.typeOf (a/b)) (builtins.typeOf (f /b)) ]
