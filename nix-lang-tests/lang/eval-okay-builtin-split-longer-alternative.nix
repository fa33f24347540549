# Of two alternatives the longer match counts, wherever it stands.
[ (builtins.split "(a|ab)" "xabx") (builtins.split "(ab|a)" "xabx") ]
