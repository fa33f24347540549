# The trace of a failure under toJSON.
builtins.toJSON { a = { b = [ 1 (2 + "x") ]; }; }
