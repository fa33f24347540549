# An integer cannot be called.
let
  n = 1;
in
n 2
