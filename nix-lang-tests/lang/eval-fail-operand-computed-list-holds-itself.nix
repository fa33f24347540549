# The operand is a slot of its own, so the list that it holds is shown once more.
let
  a = [
    0
    a
  ];
in
0 - (if true then a else 0)
