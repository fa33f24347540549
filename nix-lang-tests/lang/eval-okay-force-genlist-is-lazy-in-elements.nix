# genList calls its function only for the elements that are used.
let
  l = builtins.genList (i: builtins.trace "element ${toString i}" (i * 2)) 5;
in
[ (builtins.length l) (builtins.elemAt l 3) (builtins.elemAt l 3) ]
