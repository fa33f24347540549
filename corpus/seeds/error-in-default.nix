# The trace of a failure in a default.
let
  f = { a ? b.c, b ? { } }: a;
in
f { }
