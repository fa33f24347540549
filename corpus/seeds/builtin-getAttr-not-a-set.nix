# getAttr needs a set.
builtins.getAttr "a" [ ]
