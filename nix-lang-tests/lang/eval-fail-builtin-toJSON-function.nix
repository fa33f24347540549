# toJSON of a function deep inside.
builtins.toJSON { a = [ 1 { b = x: x; } ]; }
