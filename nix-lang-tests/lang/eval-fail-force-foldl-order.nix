# foldl' forces the accumulator only where the operator does; the last step is the first evaluated.
builtins.foldl' (acc: x: x + acc) (throw "start") [ (throw "first") (throw "second") ]
