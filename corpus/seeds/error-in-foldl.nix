# The trace of a failure in a fold.
builtins.foldl' (acc: x: if x == 3 then throw "at ${toString x}" else acc + x) 0 [ 1 2 3 4 ]
