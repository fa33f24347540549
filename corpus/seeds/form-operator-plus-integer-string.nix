# `+` does not add a string to an integer.
1 + "a"
