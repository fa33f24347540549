# `+` does not add lists.
[ 1 ] + [ 2 ]
