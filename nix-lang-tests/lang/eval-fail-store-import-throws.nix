# Positions in the store are shown.
import "${./store-folder}/throws.nix"
