# The smallest integer divided by -1 has no result.
(-9223372036854775807 - 1) / -1
