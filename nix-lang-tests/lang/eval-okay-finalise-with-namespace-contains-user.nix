# The namespace of a with holds the very binding that uses it.
let
  ns = {
    a = 1;
    b = with ns; a + 1;
    c = with ns; b + a;
  };
in
ns
