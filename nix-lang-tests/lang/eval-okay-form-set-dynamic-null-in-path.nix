# A null name in the middle of a path drops the whole attribute.
let
  none = null;
in
{ a.${none}.b = 1; ${none} = 2; c = 3; }
