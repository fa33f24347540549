# Without the full trace, only some frames are shown.
let
  f = x: g (x + 1);
  g = y: h y;
  h = z: z.a;
in
[ (builtins.map f [ 1 ]) ]
