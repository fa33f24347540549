# The condition must be a boolean.
assert 1;
2
