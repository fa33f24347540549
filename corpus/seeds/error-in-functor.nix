# The trace of a failure in a functor.
let
  f = { __functor = self: x: self.limit - x; };
in
f 1
