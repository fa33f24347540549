# In a set without rec, the source of an `inherit (e)` does not see the set's attributes.
let
  source = { x = "outer"; };
in
{
  inherit (source) x;
  source = { x = "inner"; };
}.x
