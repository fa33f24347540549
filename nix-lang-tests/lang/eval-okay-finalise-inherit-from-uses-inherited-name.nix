# The source of an `inherit (e)` in a let sees the names it defines.
let
  inherit ({ a = 1; b = a + 1; }) a b;
in
[ a b ]
