# A fixed point whose set is the namespace of its own attributes.
let
  fix = f: let x = f x; in x;
in
fix (self: with self; { a = b + c; b = c * 2; c = 7; })
