# A fixed point whose function looks at self before it has built the set.
let
  fix = f: let x = f x; in x;
in
fix (self: if self ? a then { b = 1; } else { a = 1; })
