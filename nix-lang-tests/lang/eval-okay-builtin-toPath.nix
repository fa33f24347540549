# toPath normalises an absolute path and gives a string.
[ (builtins.toPath "/a/../b/./c") (builtins.toPath /x) (builtins.typeOf (builtins.toPath "/a")) ]
