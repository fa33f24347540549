# Values pass through as they are.
builtins.listToAttrs [ { name = "a"; value = 1 + 1; } { name = "b"; value = 2; } ]
