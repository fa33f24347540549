# Names with interpolation, also inside a path, and `or` a keyword as a name.
let
  x = "dyn";
in
{ ${x} = 1; "${x}2" = 2; a.${x}.b = 3; a."${x}x" = 4; or = 5; }
