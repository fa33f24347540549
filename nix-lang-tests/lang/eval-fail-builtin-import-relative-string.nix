# import of a string that is no absolute path.
import "dir1/unit.nix"
