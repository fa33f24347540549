# The trace of a failure in a namespace.
let
  ns = { f = x: x.missing; };
in
with ns;
f { present = 1; }
