# A list whose elements are taken from the list.
let
  l = [ 1 (builtins.elemAt l 0) (builtins.elemAt l 1) ];
in
l
