# A dynamic name in a selection must be a string.
{ a = 1; }.${1}
