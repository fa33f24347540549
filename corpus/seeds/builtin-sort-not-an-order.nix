# sort with a comparison that is no order still ends.
[ (builtins.sort (a: b: true) [ 1 2 3 4 ]) (builtins.sort (a: b: a <= b) [ 2 1 2 1 ]) ]
