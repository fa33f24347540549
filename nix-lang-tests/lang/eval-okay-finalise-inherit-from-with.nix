# The source of an `inherit (e)` inside a with, used by a later sibling.
with { ns = { a = 1; b = 2; }; };
let
  inherit (ns) a b;
  c = a + d;
  d = b * 10;
in
c
