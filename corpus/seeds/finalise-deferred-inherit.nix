# A later binding that comes from an inherit.
let
  x = "outer x";
in
let
  f = _: [ x y ];
  inherit x;
  inherit ({ y = "inherited y"; }) y;
in
f null
