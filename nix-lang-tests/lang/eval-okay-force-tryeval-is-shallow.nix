# tryEval evaluates only to a set or list; with deepSeq it sees what is inside.
let
  bad = { a = [ (throw "inside") ]; };
in
[ (builtins.tryEval bad).success (builtins.tryEval (builtins.deepSeq bad bad)).success ]
