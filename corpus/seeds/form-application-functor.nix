# A set with __functor is called with itself and the argument.
let
  counter = { n = 1; __functor = self: by: self // { n = self.n + by; }; };
in
[ (counter 2).n (counter 2 3).n (map counter [ 1 ]) ]
