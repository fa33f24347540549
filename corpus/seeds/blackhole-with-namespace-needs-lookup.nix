# A namespace whose evaluation looks up a variable through itself.
let
  ns = with ns; x;
in
ns
