# pathExists of a store path that nobody made, of a deep file, and below a file that is none.
[ (builtins.pathExists "/nix/store/00000000000000000000000000000000-x") (builtins.pathExists ./dir3/package/default.nix) (builtins.pathExists ./dir3/package/no/such) ]
