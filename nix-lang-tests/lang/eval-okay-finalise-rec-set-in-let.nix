# A rec set bound in a let captures the let's later binding and its own.
let
  s = rec {
    x = y + late;
    y = 1;
  };
  late = s.y + 100;
in
s.x
