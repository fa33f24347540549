# An equality assertion tells which values differ.
assert 1 + 1 == 3;
1
