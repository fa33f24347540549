# A later sibling captured by a lambda in a lambda in a lambda, each of them captured again.
let
  f = a: (b: (c: (d: [ a b c d late f' ]) 4) 3) 2;
  late = "late";
  f' = builtins.isFunction f;
in
f 1
