# import of a folder without default.nix.
import ./dir1
