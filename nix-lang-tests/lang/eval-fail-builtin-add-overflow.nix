# add beyond the largest integer.
builtins.add 9223372036854775807 1
