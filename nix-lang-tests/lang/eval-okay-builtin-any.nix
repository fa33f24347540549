# any: the empty list, one true, none true.
[ (builtins.any (x: x) [ ]) (builtins.any builtins.isInt [ "1" 2 ]) (builtins.any builtins.isInt [ "1" "2" ]) (builtins.any (x: x > 2) [ 3 (throw "never") ]) ]
