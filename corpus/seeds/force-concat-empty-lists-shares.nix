# `++` with an empty list gives the other list.
let
  l = [ (builtins.trace "element" 1) ];
in
[ ([ ] ++ l) (l ++ [ ]) ([ ] ++ [ ]) ]
