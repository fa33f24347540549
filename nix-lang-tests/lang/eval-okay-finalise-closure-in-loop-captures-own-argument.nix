# Closures made in a loop each keep their own argument.
let
  fs = builtins.genList (i: x: x + i * late) 4;
  late = 10;
in
map (f: f 1) fs
