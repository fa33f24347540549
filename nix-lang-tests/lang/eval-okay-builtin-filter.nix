# filter keeps the order; the empty list needs no predicate.
[ (builtins.filter (x: x > 1) [ 3 1 2 0 5 ]) (builtins.filter (x: true) [ ]) (builtins.filter (x: false) [ 1 ]) ]
