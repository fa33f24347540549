# A string without an end.
"abc
