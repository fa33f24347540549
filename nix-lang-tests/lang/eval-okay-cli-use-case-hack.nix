# With use-case-hack, names in what is hashed for the store are without what a file system that ignores case needs.
{ copied = "${./case-hack}"; path = builtins.path { path = ./case-hack; }; listed = builtins.attrNames (builtins.readDir ./case-hack); }
