# tail, filter, sort, partition and concatLists hand on the very elements.
let
  l = [ (builtins.trace "one" 1) (builtins.trace "two" 2) ];
in
[ (builtins.tail l) (builtins.filter (x: true) l) (builtins.partition (x: x > 1) l) (builtins.concatLists [ l l ]) (builtins.sort builtins.lessThan l) ]
