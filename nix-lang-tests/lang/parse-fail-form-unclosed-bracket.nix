# A list without an end.
[ 1 2
