# builtins.path with a hash that does not fit.
builtins.path { path = ./data-lines.txt; recursive = false; sha256 = builtins.hashString "sha256" "something else"; }
