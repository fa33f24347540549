# partition keeps the order on both sides.
[ (builtins.partition (x: x > 2) [ 1 5 2 3 ]) (builtins.partition (x: true) [ ]) ]
