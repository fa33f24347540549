# A relative path in an imported file is relative to that file.
[ (import ./data-here.nix).here (import ./dir1/../data-here.nix).up ]
