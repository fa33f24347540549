# pathExists needs an absolute path.
builtins.pathExists "dir1"
