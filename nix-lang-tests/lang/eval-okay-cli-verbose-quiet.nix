# --quiet takes away what -v has given.
import ./cli-folder/three.nix
