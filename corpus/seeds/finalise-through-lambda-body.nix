# A lambda nested in a lambda captures a later sibling two scopes out.
let
  f = x: y: z: [ x y z late ];
  g = f 1 2;
  late = 4;
in
g 3
