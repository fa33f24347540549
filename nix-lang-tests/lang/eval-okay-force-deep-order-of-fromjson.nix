# Names that only fromJSON makes get their symbols in the order in which it makes them.
builtins.mapAttrs (n: v: builtins.trace n v) (builtins.fromJSON ''{"zz": 1, "cc": 2, "bb": {"x": 1}, "aa": 3}'')
