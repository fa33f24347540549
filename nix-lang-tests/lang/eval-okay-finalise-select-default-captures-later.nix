# The default of a selection captures a later sibling and is not forced when not needed.
let
  a = { x = 1; }.x or later;
  b = { x = 1; }.y or later;
  later = builtins.trace "later" 2;
in
[ a b b ]
