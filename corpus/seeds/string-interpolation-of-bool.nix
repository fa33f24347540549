# A boolean is not coerced in an interpolation.
"${true}"
