# tryEval catches throw and assert, wherever they are raised while it evaluates.
map (x: (builtins.tryEval x).success) [
  (throw "a")
  (assert false; 1)
  (1 + throw "b")
  (builtins.length (throw "c"))
  ((x: x) (throw "d"))
  [ (throw "not reached") ]
  { a = throw "not reached"; }
]
