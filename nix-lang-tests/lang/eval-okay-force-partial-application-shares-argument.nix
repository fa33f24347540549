# The argument of a partial application is evaluated once for all calls.
let
  add = a: b: a + b;
  inc = add (builtins.trace "argument" 1);
in
map inc [ 1 2 3 ]
