# A function is not coerced in an interpolation.
"${x: x}"
