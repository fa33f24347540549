# An assertion between a binding and the closure that it gives.
let
  f = assert builtins.isFunction g; y: g (y + late);
  g = x: x * late;
  late = 3;
in
f 1
