# One thunk passed through four functions, two sets and a list is evaluated once.
let
  id = x: x;
  box = v: { inherit v; };
  unbox = b: b.v;
  pair = a: b: [ a b ];
  x = builtins.trace "x" 1;
  all = pair (unbox (box (id x))) (box { inner = x; });
in
[ all all x ]
