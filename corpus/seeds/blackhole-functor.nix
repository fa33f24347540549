# A set whose __functor is the result of calling the set.
let
  s = { __functor = s 1; };
in
s 2
