# What has been printed once is shown as repeated, except when it is empty.
let
  s = { a = 1; };
  l = [ 1 ];
  e = { };
  n = [ ];
in
[ s s l l e e n n { inherit s; } ]
