# A path and a string do not compare.
/a < "/b"
