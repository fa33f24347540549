# A let that inherits from what it inherits.
let
  inherit (x) y;
  x = y;
in
y
