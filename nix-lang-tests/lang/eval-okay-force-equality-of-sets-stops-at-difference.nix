# `==` on sets stops at the first pair that differs.
let
  t = builtins.trace;
in
{ one = t "one" 1; two = t "two" 2; three = throw "never"; } == { one = t "one'" 1; two = t "two'" 3; three = throw "never"; }
