# Null is not coerced in an interpolation.
"a${null}b"
