# parseDrvName needs a string.
builtins.parseDrvName { name = "x-1"; }
