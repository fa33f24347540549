# trace of a string, of other values, and of nothing special.
builtins.trace "text" (builtins.trace 1 (builtins.trace [ 1 "a" null ] (builtins.trace { a.b = 1; } (builtins.trace (x: x) (builtins.trace "two\nlines" 5)))))
