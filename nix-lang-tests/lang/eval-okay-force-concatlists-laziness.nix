# concatLists evaluates the lists from the left, never their elements.
let
  t = builtins.trace;
in
builtins.length (builtins.concatLists [ (t "a" [ (throw "never") ]) (t "b" [ ]) (t "c" [ 1 (throw "never") ]) ])
