# A with does not shadow __sub, which is always in scope.
with { __sub = a: b: "shadowed"; };
5 - 3
