# let: nested, empty, with paths and inherit.
let
  a.b = 1;
  a.c = 2;
  inherit (a) b;
in
let
in
let
  b' = b;
  b = 3;
in
[ a b b' ]
