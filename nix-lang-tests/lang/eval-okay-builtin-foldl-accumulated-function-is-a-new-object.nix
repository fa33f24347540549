# A function that foldl' hands on is another object each time.
let
  f = x: x;
  k = _: builtins.foldl' (acc: x: if x == 1 then f else (q: [ acc ])) null [ 1 2 ];
in
[ (k 1 0 == k 2 0) (builtins.isFunction (builtins.head (k 3 0))) ]
