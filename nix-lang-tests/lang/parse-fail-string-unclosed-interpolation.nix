# An interpolation without an end.
"a${1 + "b"
