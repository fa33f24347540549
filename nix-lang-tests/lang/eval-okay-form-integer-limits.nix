# The largest and the smallest integer; leading zeros are decimal.
[ 9223372036854775807 (-9223372036854775807 - 1) 007 0 (-0) ]
