# A fixed point through an attribute of a rec set instead of a let.
let
  fix = f: (rec { x = f x; }).x;
in
fix (self: { a = 1; b = [ self.a self.a ]; })
