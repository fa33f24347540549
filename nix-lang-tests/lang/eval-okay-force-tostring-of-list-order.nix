# toString on nested lists evaluates from the left, depth first.
let
  t = builtins.trace;
in
toString [ (t "a" 1) [ (t "b" 2) (t "c" "x") ] (t "d" null) ]
