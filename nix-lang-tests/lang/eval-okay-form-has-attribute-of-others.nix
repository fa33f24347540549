# whether something has an attribute is false for what is no set, however long the path
map (x: [ (x ? a) (x ? a.b) (x ? ${"a"}.b) ]) [ 1 1.5 null true "a" ./. [ ] (y: y) { a = 1; } { a.b = 2; } ]
