# The namespace is a slot, and the list holds it.
let
  a = [
    0
    a
  ];
in
with a;
b
