# builtins.path with a hash that fits.
builtins.path { path = ./data-lines.txt; recursive = false; sha256 = builtins.hashFile "sha256" ./data-lines.txt; }
