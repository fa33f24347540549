# concatMap calls its function for every element at once, from the left.
let
  t = builtins.trace;
in
builtins.length (builtins.concatMap (x: t "call" [ x (t "never" x) ]) [ (t "never" 1) (t "never" 2) ])
