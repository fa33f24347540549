# An assertion about the binding that it guards.
let
  x = assert x != null; 1;
in
x
