# The namespace of a with is a later sibling.
let
  a = with namespace; x + y;
  namespace = builtins.trace "namespace" { x = 1; y = late; };
  late = 10;
in
[ a a ]
