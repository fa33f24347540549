# A set's attribute that selects itself through the set.
let
  s = { x = s.x; };
in
s.x
