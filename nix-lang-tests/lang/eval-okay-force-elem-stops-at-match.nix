# elem compares from the left and stops at the first match.
let
  t = builtins.trace;
in
builtins.elem (t "needle" 2) [ (t "one" 1) (t "two" 2) (throw "never") ]
