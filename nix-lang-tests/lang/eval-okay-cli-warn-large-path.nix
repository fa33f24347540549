# A warning for each path of that size that is hashed.
[ "${./case-hack}" (builtins.path { path = ./case-hack; name = "x"; }) (builtins.path { path = ./case-hack/A; name = "y"; recursive = false; }) ]
