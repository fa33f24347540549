snix --no-warnings --raw --expr=builtins.toJSON { a = [ 1 "b" ]; }
