# What builtins give lazily.
[ (map (x: x) [ 1 2 ]) ] ++ map (x: x + 1) [ 1 2 ] ++ builtins.genList (x: x) 2 ++ [ (builtins.mapAttrs (n: v: v) { a = 1; }) ]
