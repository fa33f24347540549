# Null is not coerced by `+`.
"a" + null
