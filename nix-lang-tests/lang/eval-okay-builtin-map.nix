# map with lambdas, builtins and functors.
[ (map (x: x + 1) [ 1 2 ]) (map toString [ 1 "a" ]) (map { __functor = self: x: -x; } [ 1 ]) (map (x: x) [ ]) (builtins.map map [ ]) ]
