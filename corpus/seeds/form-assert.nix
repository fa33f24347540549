# Nested assertions that hold.
assert true;
assert 1 < 2 && "a" != "b";
"held"
