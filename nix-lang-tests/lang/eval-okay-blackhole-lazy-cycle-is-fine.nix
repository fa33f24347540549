# A cycle through a set or a list is no recursion.
let
  s = { self = s; n = 1; };
  l = [ 1 l ];
in
[ s.self.self.self.n (builtins.head (builtins.elemAt (builtins.elemAt l 1) 1)) ]
