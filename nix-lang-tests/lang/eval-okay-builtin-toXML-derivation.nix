# toXML of a derivation shows its paths and attributes, and a derivation seen before only once.
let
  d = derivation { name = "x"; system = "s"; builder = "b"; };
in
builtins.toXML [ d d ]
