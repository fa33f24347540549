# Paths of different file systems are never equal, and errors say why.
assert <nix/fetchurl.nix> == /fetchurl.nix; 1
