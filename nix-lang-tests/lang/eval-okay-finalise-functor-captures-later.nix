# A functor set's lambda captures a later sibling of the let.
let
  add = { __functor = self: x: x + self.base + late; base = 1; };
  late = 100;
in
add 10
