# An equality assertion on functions.
assert { f = x: x; } == { f = x: x; };
1
