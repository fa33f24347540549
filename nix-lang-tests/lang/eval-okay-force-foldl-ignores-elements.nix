# foldl' with an operator that ignores the elements does not evaluate them.
builtins.foldl' (acc: _: acc + 1) 0 [ (throw "a") (throw "b") (throw "c") ]
