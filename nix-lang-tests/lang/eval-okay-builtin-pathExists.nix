# pathExists of files, folders, strings, and with a trailing slash.
map builtins.pathExists [ ./dir1 ./dir1/unit.nix ./no-such-file (toString ./dir1 + "/") (toString ./dir1/unit.nix + "/") (./dir1 + "/../dir2/unit.nix") "/no/such/folder" ]
