# What builtins call counts, as often as they do.
[
  (map (x: x) [ 1 2 ])
  (builtins.filter (x: x > 1) [ 1 2 3 ])
  (builtins.foldl' (a: b: a + b) 0 [ 1 2 3 ])
  (builtins.sort (a: b: a < b) [ 3 1 2 5 4 ])
  (builtins.sort builtins.lessThan [ 3 1 2 ])
  (builtins.mapAttrs (n: v: n) { a = 1; b = 2; })
  (builtins.genList (n: n) 2)
  (builtins.all (x: x) [ true false true ])
  (builtins.any (x: x) [ false true true ])
  (builtins.concatMap (x: [ x x ]) [ 1 2 ])
  (builtins.groupBy (x: "k") [ 1 2 ])
  (builtins.partition (x: true) [ 1 2 ])
  (builtins.zipAttrsWith (n: vs: n) [ { a = 1; } { a = 2; b = 3; } ])
  (builtins.genericClosure { startSet = [ { key = 1; } ]; operator = e: if e.key == 3 then [ ] else [ { key = e.key + 1; } ]; })
]
