# A failed list element is remembered.
let
  l = map (x: builtins.trace "call" (assert x > 1; x)) [ 1 2 ];
in
map (i: (builtins.tryEval (builtins.elemAt l i)).value) [ 0 1 0 1 0 ]
