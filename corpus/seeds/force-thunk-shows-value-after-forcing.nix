# The same list printed before and after its element was forced.
let
  l = [ (1 + 1) (2 + 2) ];
  t = builtins.trace;
in
t l (builtins.seq (builtins.elemAt l 1) (t l (builtins.deepSeq l (t l null))))
