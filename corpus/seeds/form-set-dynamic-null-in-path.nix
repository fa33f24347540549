# A null name in the middle of a path drops what is below it and leaves the set above it empty.
let
  none = null;
in
{ a.${none}.b = 1; ${none} = 2; c = 3; }
