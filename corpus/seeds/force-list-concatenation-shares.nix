# `++` shares the elements of its operands.
let
  a = [ (builtins.trace "a" 1) ];
  b = a ++ a;
in
[ b (a ++ b) ]
