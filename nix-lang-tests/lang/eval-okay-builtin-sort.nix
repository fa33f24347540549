# sort is stable and takes any order.
[ (builtins.sort (a: b: a < b) [ 3 1 2 ]) (builtins.sort builtins.lessThan [ "b" "a" "C" ]) (builtins.sort (a: b: a.k < b.k) [ { k = 2; v = 1; } { k = 1; v = 2; } { k = 2; v = 3; } { k = 1; v = 4; } ]) (builtins.sort (a: b: a > b) [ 1 2 3 ]) (builtins.sort (a: b: false) [ 3 1 2 ]) (builtins.sort (throw "never") [ ]) ]
