# groupBy leaves its elements alone, partition evaluates them; both call their function for all at once.
let
  t = builtins.trace;
  g = builtins.groupBy (x: t "group" "all") [ (t "never" 1) (t "never" 2) ];
  p = builtins.partition (x: t "ask" true) [ (t "partitioned" 1) ];
in
[ (builtins.attrNames g) (builtins.length g.all) (builtins.length p.right) (builtins.length p.wrong) ]
