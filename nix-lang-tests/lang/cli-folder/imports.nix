import ./three.nix + import ./sub
