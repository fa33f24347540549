# Merging into a rec literal makes the merged bindings see its scope.
let
  x = "outer";
in
{ a = rec { x = "inner"; y = x; }; a.z = x; }
