# A list that is appended to itself.
let
  l = [ 1 ] ++ l;
in
builtins.head l
