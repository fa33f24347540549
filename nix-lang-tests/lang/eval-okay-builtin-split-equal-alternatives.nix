# Of two alternatives that match alike the first fills its group.
[ (builtins.split "(a)|(a)" "xax") (builtins.split "(.)|(a)|(b)" "ab") ]
