# A search path is a path.
[ (builtins.typeOf <unit.nix>) (<package> == ./dir3/package) (toString <only.nix> == toString ./dir4/only.nix) ]
