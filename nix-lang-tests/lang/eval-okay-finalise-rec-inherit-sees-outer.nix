# `inherit x` inside rec takes x from the scope around the set, not from the set itself.
let
  x = 1;
  s = rec {
    inherit x;
    y = x + 1;
  };
in
s
