# `derivation` and `throw` can be bound anew.
let
  derivation = x: x.name;
  throw = x: "not thrown: " + x;
in
[ (derivation { name = "d"; }) (throw "x") ]
