# The values of a set without rec see the scope around it, not their siblings.
let
  a = 1;
  s = {
    a = 2;
    b = a;
  };
in
s.b
