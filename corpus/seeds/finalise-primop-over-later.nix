# Lazy builtins are handed later siblings while the scope is built.
let
  list = map f items;
  f = x: x + n;
  items = [ 1 2 n ];
  n = 3;
in
list
