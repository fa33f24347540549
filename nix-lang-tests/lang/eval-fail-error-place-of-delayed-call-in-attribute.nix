# A delayed call that an attribute needs was made where the attribute is defined.
builtins.listToAttrs (map (n: { name = n; value = 1; }) (map (x: throw "delayed") [ 1 ]))
