# The source of an `inherit (e)` is evaluated once for every set created, not once for the text.
let
  f = n: { inherit (builtins.trace "source ${toString n}" { a = n; b = n; }) a b; };
in
[ (f 1) (f 2) ]
