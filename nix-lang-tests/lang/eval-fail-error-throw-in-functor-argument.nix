# The trace of a failure in an argument that a functor forces.
let
  f = { __functor = self: { a, ... }: a; };
in
f { a = throw "argument"; }
