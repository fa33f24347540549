# Lambdas, builtins and partial applications are functions; functors are not.
map builtins.isFunction [ (x: x) ({ }: 1) map (map (x: x)) builtins.throw { __functor = s: x: x; } "f" derivation ]
