# The slot of the operand is the one that the list holds, so the list is shown once.
let
  a = [
    0
    a
    0
  ];
in
0 - a
