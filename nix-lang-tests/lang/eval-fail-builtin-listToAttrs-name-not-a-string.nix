# A name must be a string.
builtins.listToAttrs [ { name = 1; value = 1; } ]
