# Subtraction below the smallest integer fails.
-9223372036854775807 - 2
