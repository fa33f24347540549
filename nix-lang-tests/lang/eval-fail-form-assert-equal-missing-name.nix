# An equality assertion on sets with different names.
assert { a = 1; c = 1; } == { a = 1; b = 1; };
1
