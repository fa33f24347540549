# A function is equal to itself only inside a list or set, by identity.
let
  f = x: x;
  g = x: x;
in
[ (f == f) ([ f ] == [ f ]) ({ a = f; } == { a = f; }) ([ f ] == [ g ]) (builtins.elem f [ f ]) ]
