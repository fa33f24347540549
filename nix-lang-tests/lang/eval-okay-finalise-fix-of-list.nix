# A fixed point that is a list whose elements refer to each other.
let
  fix = f: let x = f x; in x;
  at = builtins.elemAt;
in
fix (self: [ (at self 1 + 1) (at self 2 + 1) 1 ])
