# Both sides are shown by their slots, of which the list holds the left one.
let
  a = [
    0
    a
  ];
in
a < 0
