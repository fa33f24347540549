# `or` is an identifier as an argument, as a name to bind and as an attribute, but not as a function.
let
  or = x: [ "or" x ];
  s = { inherit or; };
in
[ (map or [ 3 ]) (s.or 2) ]
