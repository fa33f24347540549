# Names that only groupBy makes get their symbols in the order of the elements.
builtins.mapAttrs (n: v: builtins.trace n v) (builtins.groupBy (x: "g${toString x}") [ 3 1 2 1 ])
