# foldl' forces the accumulator at each step; the elements only where the operator does.
let
  t = builtins.trace;
in
builtins.foldl' (acc: x: t "step" (acc + x)) (t "start" 0) [ (t "one" 1) (t "two" 2) ]
