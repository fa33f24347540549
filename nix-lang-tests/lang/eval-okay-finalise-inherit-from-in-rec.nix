# In rec, the source of an `inherit (e)` sees the set's own attributes.
rec {
  inherit (source) x;
  source = { x = y; };
  y = 5;
}.x
