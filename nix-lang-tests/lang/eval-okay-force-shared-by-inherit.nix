# A binding inherited into two sets is one thunk.
let
  x = builtins.trace "x" 1;
  a = { inherit x; };
  b = rec { inherit x; y = x + a.x; };
in
[ a b ]
