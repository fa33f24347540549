# A with whose names are all bound lexically never evaluates its namespace.
let
  x = 1;
in
with throw "never";
x
