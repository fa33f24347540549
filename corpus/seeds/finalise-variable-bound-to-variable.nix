# A binding that is only another name shares the thunk.
let
  a = b;
  b = c;
  c = builtins.trace "c" 1;
in
[ a b c ]
