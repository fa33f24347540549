# A list literal of siblings, earlier and later, functions and thunks, called by one another.
let
  all = [ a b c ];
  a = x: (builtins.elemAt all 1) (x + 1);
  b = x: if x > 3 then (builtins.elemAt all 2) + x else (builtins.head all) x;
  c = 100;
in
a 0
