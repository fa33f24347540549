# Partial applications of lambdas and builtins are values.
let
  add = a: b: a + b;
  inc = add 1;
  sub = builtins.sub 10;
in
[ (inc 2) (sub 3) inc sub (builtins.foldl' add) (builtins.typeOf sub) ]
