# The name of a pair is a slot, and the list holds it.
let
  a = [
    0
    a
  ];
in
builtins.listToAttrs [ { name = a; } ]
