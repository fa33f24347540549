# The source of an `inherit (e)` is a later sibling of the same let.
let
  inherit (source) a b;
  source = builtins.trace "source" { a = 1; b = late; };
  late = 2;
in
[ a b ]
