# A function that is evaluated is equal to itself in a list that is compared with itself.
let
  f = x: x;
  l = [ 1 f ];
in
builtins.seq f [ (l == l) (l == [ 1 f ]) ([ f ] == [ f ]) ]
