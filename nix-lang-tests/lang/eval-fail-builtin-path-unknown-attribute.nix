# path refuses an attribute that it does not know.
builtins.path { path = ./dir1; colour = 1; }
