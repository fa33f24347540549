# Paths in an imported file start from the store.
import "${./store-folder}/sub/here.nix"
