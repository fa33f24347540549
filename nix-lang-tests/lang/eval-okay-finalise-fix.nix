# The fixed point of a set-valued function sees attributes in any order.
let
  fix = f: let x = f x; in x;
in
fix (self: {
  a = self.b + 1;
  b = self.c + 1;
  c = 1;
})
