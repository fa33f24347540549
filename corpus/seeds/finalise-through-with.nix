# A later sibling is captured underneath a with whose namespace does not have it.
let
  a = with { other = 1; }; late + other;
  late = 10;
in
a
