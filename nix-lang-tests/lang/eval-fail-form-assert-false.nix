# An assertion that does not hold shows its condition.
assert 1 + 1 == 3 || false;
1
