# A lambda that captures a later sibling is passed to a function while the scope is being built.
let
  apply = f: f 1;
  result = apply (x: [ x later ]);
  later = builtins.trace "later" 2;
in
result
