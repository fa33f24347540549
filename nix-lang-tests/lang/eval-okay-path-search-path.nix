# A search path is looked up in the entries of NIX_PATH in order.
[ (import <unit.nix>) (import <only.nix>) (import <package>) (builtins.baseNameOf <package/default.nix>) ]
