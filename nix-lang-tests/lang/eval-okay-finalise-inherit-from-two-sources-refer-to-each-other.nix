# Two `inherit (e)` whose sources are built from each other's names.
let
  inherit ({ a = 1; c = b + 1; }) a c;
  inherit ({ b = a + 1; d = c + 1; }) b d;
in
[ a b c d ]
