# The function that groupBy calls is forced even when there is nothing to call it on.
builtins.groupBy (throw "forced") [ ]
