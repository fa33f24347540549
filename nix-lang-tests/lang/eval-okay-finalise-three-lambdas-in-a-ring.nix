# Three lambdas capture each other in a ring, the last one closing it.
let
  a = n: if n <= 0 then "a" else b (n - 1);
  b = n: if n <= 0 then "b" else c (n - 1);
  c = n: if n <= 0 then "c" else a (n - 1);
in
map a [ 0 1 2 3 4 5 ]
