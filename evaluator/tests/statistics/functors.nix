# A functor is a function of the set and the argument.
let
  set = { __functor = self: x: x + self.n; n = 1; };
in
[ (set 1) (map set [ 1 2 ]) "${{ __toString = self: "text"; }}" ]
