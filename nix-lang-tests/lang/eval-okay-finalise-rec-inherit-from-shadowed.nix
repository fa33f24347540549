# In rec, the source of an `inherit (e)` sees the attribute of the set, not the one around it.
let
  src = { v = "outer"; };
in
rec {
  inherit (src) v;
  src = { v = "inner"; };
}.v
