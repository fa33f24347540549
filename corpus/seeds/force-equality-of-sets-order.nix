# `==` on sets compares names first, then the values in the order of their symbols, up to the first difference.
let
  t = builtins.trace;
in
[
  ({ b = t "b1" 1; a = t "a1" 1; } == { a = t "a2" 1; b = t "b2" 2; })
  ({ x = throw "never"; } == { y = throw "never"; })
  ({ x = throw "never"; } == { })
]
