# zipAttrsWith collects the values of each name in order.
[ (builtins.zipAttrsWith (n: vs: vs) [ { a = 1; } { b = 2; a = 3; } { c = 4; } ]) (builtins.zipAttrsWith (n: vs: n) [ { x = throw "never"; } ]) (builtins.zipAttrsWith (n: throw "never") [ ]) ]
