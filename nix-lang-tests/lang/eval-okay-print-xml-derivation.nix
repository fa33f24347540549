# The XML of a derivation that is there twice.
let
  d = derivation { name = "x"; system = "s"; builder = "b"; };
in
{ one = d; two = d; cyclic = let s = { self = s; }; in s.self.self == null; }
