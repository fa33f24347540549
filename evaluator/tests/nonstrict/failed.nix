# A failed thunk prints like one that was not evaluated.
let a = throw "x"; in [ (builtins.tryEval a).success a ] ++ (let t = builtins.tryEval a; in builtins.seq t.success [ a ])
