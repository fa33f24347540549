# Rounded to a float the largest integer is too large.
builtins.floor 9223372036854775807
