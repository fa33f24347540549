# import of a file, of a folder with default.nix, and of what coerces to a path.
[ (import ./dir1/unit.nix) (import ./dir3/package) (import (toString ./dir2/unit.nix)) (import { outPath = ./dir1/unit.nix; }) (builtins.import ./dir4/unit.nix) ]
