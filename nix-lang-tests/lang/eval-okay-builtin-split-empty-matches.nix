# split with expressions that match nothing at all.
[ (builtins.split "x*" "axb") (builtins.split "(x*)" "axxb") (builtins.split "$" "ab") (builtins.split "^" "ab") (builtins.split "a" "") ]
