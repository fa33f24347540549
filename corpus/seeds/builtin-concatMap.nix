# concatMap joins what its function gives.
[ (builtins.concatMap (x: [ x x ]) [ 1 2 ]) (builtins.concatMap (x: [ ]) [ 1 2 ]) (builtins.concatMap (x: throw "never") [ ] == [ ]) ]
