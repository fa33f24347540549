# A list is not coerced in an interpolation.
"${[ "a" ]}"
