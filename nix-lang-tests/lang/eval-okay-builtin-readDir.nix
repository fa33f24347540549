# readDir tells the type of each entry.
[ (builtins.readDir ./dir1) (builtins.readDir ./dir3) (builtins.readDir (toString ./dir4)) ]
