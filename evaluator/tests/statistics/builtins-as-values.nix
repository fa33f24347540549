# A builtin with some of its arguments is called when it has them all; a comparison that is a builtin is not called.
let
  s = builtins.sub 5;
in
[ (s 1) (s 2) (builtins.map (builtins.add 1) [ 1 2 ]) (builtins.length (map s [ 1 ])) ]
