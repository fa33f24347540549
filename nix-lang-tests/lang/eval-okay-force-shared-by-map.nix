# map shares its result elements: a second use does not call again.
let
  l = map (x: builtins.trace "call ${toString x}" (x * x)) [ 1 2 3 ];
in
[ (builtins.elemAt l 2) (builtins.elemAt l 2) l ]
