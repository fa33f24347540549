# The operator of foldl' is forced even when there is nothing to fold.
builtins.foldl' (throw "forced") 5 [ ]
