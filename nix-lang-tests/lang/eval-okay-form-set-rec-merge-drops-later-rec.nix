# Merging a rec literal into an earlier plain one loses the rec.
let
  x = "outer";
in
{ a = { x = "inner"; }; a = rec { y = x; }; }
