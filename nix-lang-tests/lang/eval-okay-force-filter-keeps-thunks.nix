# filter calls its predicate on every element at once but leaves the elements alone if it does.
let
  t = builtins.trace;
  l = builtins.filter (x: t "asked" true) [ (t "a" 1) (t "b" 2) ];
in
builtins.seq l (t "filtered" (builtins.head l))
