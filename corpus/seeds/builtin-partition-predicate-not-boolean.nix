# The predicate must give a boolean.
builtins.partition (x: "yes") [ 1 ]
