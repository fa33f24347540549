# A path that is none is shown by its slot.
let
  a = [
    0
    a
  ];
in
import a
