# Every element needs a value.
builtins.listToAttrs [ { name = "a"; } ]
