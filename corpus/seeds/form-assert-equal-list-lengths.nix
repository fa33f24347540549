# An equality assertion on lists of different lengths.
assert [ 1 2 ] == [ 1 ];
1
