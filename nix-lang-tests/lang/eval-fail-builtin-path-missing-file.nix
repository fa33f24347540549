# path of a file that is not there.
builtins.path { path = ./no-such-file; }
