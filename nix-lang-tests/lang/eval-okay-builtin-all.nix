# all: the empty list, all true, one false.
[ (builtins.all (x: x) [ ]) (builtins.all builtins.isInt [ 1 2 ]) (builtins.all builtins.isInt [ 1 "2" ]) (builtins.all (x: x < 2) [ 3 (throw "never") ]) ]
