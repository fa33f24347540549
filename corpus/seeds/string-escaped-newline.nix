# A backslash before the end of a line keeps the newline.
"one\
two"
