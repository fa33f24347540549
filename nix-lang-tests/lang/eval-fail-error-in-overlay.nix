# The trace of a failure in a fixed point.
let
  fix = f: let x = f x; in x;
in
(fix (self: { a = self.b; b = self.c + 1; c = "text" + 1; })).a
