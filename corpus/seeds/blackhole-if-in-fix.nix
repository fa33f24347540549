# A fixed point that is needed to decide its own shape.
let
  fix = f: let x = f x; in x;
in
fix (self: if builtins.length self > 0 then [ ] else [ 1 ])
