# A list element reached by elemAt, head, map and foldl' is evaluated once.
let
  l = [ (builtins.trace "element" 3) ];
in
[ (builtins.elemAt l 0) (builtins.head l) (map (x: x + 1) l) (builtins.foldl' (a: b: a + b) 0 l) ]
