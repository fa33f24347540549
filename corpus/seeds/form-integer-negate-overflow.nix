# The smallest integer has no negative.
-(-9223372036854775807 - 1)
