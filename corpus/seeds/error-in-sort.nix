# The trace of a failure in a comparison.
builtins.sort (a: b: a.key < b.key) [ { key = 1; } { kee = 2; } ]
