# Names may hold dashes, underscores and single quotes.
let
  a-b = 1;
  _c = 2;
  d' = 3;
  e-f_g''h = 4;
in
{ inherit a-b _c d' e-f_g''h; }
