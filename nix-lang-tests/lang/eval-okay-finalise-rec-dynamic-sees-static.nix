# The value of a dynamic attribute in rec sees the static ones, also the later ones.
let
  s = rec {
    ${"dyn" + "amic"} = a + b;
    a = 1;
    b = 2;
  };
in
s.dynamic
