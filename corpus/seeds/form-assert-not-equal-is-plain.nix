# An assertion of `!=` is an ordinary one.
assert 1 != 1;
1
