# toJSON of a value that fails deep inside.
builtins.toJSON { ok = 1; list = [ 1 { bad = throw "deep"; } ]; }
