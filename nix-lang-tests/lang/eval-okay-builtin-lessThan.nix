# lessThan on all comparable types.
[ (builtins.lessThan 1 2) (builtins.lessThan "b" "a") (builtins.lessThan 1.5 2) (builtins.lessThan /a /b) (builtins.lessThan [ 1 ] [ 1 2 ]) (builtins.lessThan 1 1) ]
