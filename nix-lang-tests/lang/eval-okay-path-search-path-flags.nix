# -I entries come before NIX_PATH; an entry with a prefix serves names under it.
[ (import <unit.nix>) (import <two/second.nix>) (import <only.nix>) ]
