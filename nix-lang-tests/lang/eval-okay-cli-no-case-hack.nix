# Without use-case-hack, names in what is hashed for the store are those on the disk.
{ copied = "${./case-hack}"; path = builtins.path { path = ./case-hack; }; }
