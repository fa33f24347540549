# foldl' fails in its first step, where the operator forces the element before the start value.
builtins.foldl' (acc: x: x + acc) (throw "start") [ (throw "first") (throw "second") ]
