# attrValues needs a set.
builtins.attrValues null
