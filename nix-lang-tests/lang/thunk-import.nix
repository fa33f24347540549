# Imported by fixtures: a function over a binding of its own.
let
  f = x: x + late;
  late = 100;
in
f
