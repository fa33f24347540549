# `+` does not coerce an integer to a string.
"a" + 1
